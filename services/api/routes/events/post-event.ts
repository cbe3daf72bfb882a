import type { Static } from 'typebox';
import { MAX_EVENT_PAYLOAD_BYTES } from '@aio/core/definition/limits';
import { AioError } from '@aio/core/errors';
import { deliverEvents } from '@aio/platform/queries/waits/deliver-events';
import { getEvent } from '@aio/platform/queries/waits/list-events';
import { postEvent, type NewEvent } from '@aio/platform/queries/waits/post-event';
import { isAdmin, type Principal } from '../../auth/principal.ts';
import { writeAudit } from '@aio/platform/queries/audit-log';
import { inTransaction } from '@aio/platform/postgres/transaction';
import { defineRoute, jsonBody, type Route } from '../../http/define-route.ts';
import { idempotencyOf } from '../../http/idempotency.ts';
import { json, reply } from '../../http/reply.ts';
import type { RouteDeps } from '../route-deps.ts';
import { traceparentOf } from '@aio/runtime/trace-context';
import { presentEvent } from './list-events.ts';
import { EventSchema, PostEventBody, PostEventHeaders } from './schema.ts';

type Body = Static<typeof PostEventBody>;

/** For the other fields, and for white space in the payload. */
const ENVELOPE_BYTES = 8 * 1024;

export function postEventRoute({ pool, announce }: Pick<RouteDeps, 'pool' | 'announce'>): Route {
  return defineRoute({
    id: 'postEvent',
    tag: 'events',
    summary: 'Post an event to waiting steps',
    description:
      'One step of your runs that waits for its name and key takes the event: the one that has waited longest, or else the first that comes within 7 days. An admin’s event may go to a step of any owner.',
    method: 'POST',
    path: '/api/v1/events',
    headers: PostEventHeaders,
    body: jsonBody(PostEventBody, { maxBytes: MAX_EVENT_PAYLOAD_BYTES + ENVELOPE_BYTES }),
    responses: {
      202: json('The event', EventSchema, {
        'Idempotency-Replayed': '`true` if an earlier request with this key posted the event',
      }),
    },
    async handler({ headers, body, principal, actor, span }) {
      const event = {
        ...toEvent(principal, body, headers['idempotency-key']),
        traceparent: traceparentOf(span),
      };
      const { eventId, replayed } = await inTransaction(pool, async (db) => {
        const posted = await postEvent(db, event);
        if (!posted.replayed) await writeAudit(db, actor, { target: `events/${posted.eventId}` });
        return posted;
      });
      await deliver(eventId);
      const stored = await getEvent(pool, eventId);
      if (!stored) throw new AioError('internal', 'The event is gone.');
      return reply(202, presentEvent(stored), replayed ? { 'Idempotency-Replayed': 'true' } : {});
    },
  });

  /** Also for a replay: the API that stored the event may have died before the delivery. */
  async function deliver(eventId: string): Promise<void> {
    await announce(await deliverEvents(pool, { eventIds: [eventId] }));
  }
}

function toEvent(
  principal: Principal,
  body: Body,
  idempotencyKey: string | undefined,
): Omit<NewEvent, 'traceparent'> {
  const { name, key, payload = null } = body;
  const text = JSON.stringify(payload);
  if (Buffer.byteLength(text) > MAX_EVENT_PAYLOAD_BYTES) {
    throw new AioError('too_large', `The payload is larger than ${MAX_EVENT_PAYLOAD_BYTES} bytes.`);
  }
  return {
    owner: isAdmin(principal) ? null : principal.subject,
    name,
    key,
    payload: text,
    idempotency: idempotencyOf(idempotencyKey, [name, key, payload]),
  };
}
