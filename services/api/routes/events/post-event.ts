import { createHash } from 'node:crypto';
import type { Static } from 'typebox';
import { parseDurationMs } from '@aio/core/definition/duration';
import { MAX_EVENT_KEPT_DAYS, MAX_EVENT_PAYLOAD_BYTES } from '@aio/core/definition/limits';
import { AioError, ValidationError } from '@aio/core/errors';
import { deliverEvents } from '@aio/platform/queries/waits/deliver-events';
import { postEvent, type NewEvent } from '@aio/platform/queries/waits/post-event';
import { isAdmin, type Principal } from '../../auth/principal.ts';
import { writeAudit } from '@aio/platform/queries/audit-log';
import { inTransaction } from '@aio/platform/postgres/transaction';
import { defineRoute, jsonBody, type Route } from '../../http/define-route.ts';
import { json, reply } from '../../http/reply.ts';
import type { RouteDeps } from '../route-deps.ts';
import { traceparentOf } from '@aio/runtime/trace-context';
import { presentEvent, requireEvent } from './read-events.ts';
import { EventSchema, PostEventBody, PostEventHeaders } from './schema.ts';

type Body = Static<typeof PostEventBody>;

const DAY_MS = 86_400_000;
/** For the other fields, and for white space in the payload. */
const ENVELOPE_BYTES = 8 * 1024;

export function postEventRoute({ pool, announce }: Pick<RouteDeps, 'pool' | 'announce'>): Route {
  return defineRoute({
    id: 'postEvent',
    tag: 'events',
    summary: 'Post an event to waiting steps',
    description:
      'The event reaches all steps of your runs that now wait for its name and key. An admin’s event reaches steps of all runs. If no step waits, the API keeps the event for `keepFor`, and the first step that waits for it takes it.',
    method: 'POST',
    path: '/api/v1/events',
    headers: PostEventHeaders,
    body: jsonBody(PostEventBody, { maxBytes: MAX_EVENT_PAYLOAD_BYTES + ENVELOPE_BYTES }),
    responses: {
      202: json('The event', EventSchema, {
        Location: 'Path of the event',
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
      return reply(202, presentEvent(await requireEvent(pool, principal, eventId)), {
        Location: `/api/v1/events/${eventId}`,
        ...(replayed && { 'Idempotency-Replayed': 'true' }),
      });
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
  const { name, key, payload = null, keepFor = '24h' } = body;
  const keepForMs = parseDurationMs(keepFor);
  if (keepForMs === null || keepForMs > MAX_EVENT_KEPT_DAYS * DAY_MS) {
    throw new ValidationError('The event is invalid.', [
      {
        pointer: '/keepFor',
        rule: 'limit',
        message: `must be ${MAX_EVENT_KEPT_DAYS} days at most`,
        hint: `write ${MAX_EVENT_KEPT_DAYS}d or less`,
      },
    ]);
  }
  const text = JSON.stringify(payload);
  if (Buffer.byteLength(text) > MAX_EVENT_PAYLOAD_BYTES) {
    throw new AioError('too_large', `The payload is larger than ${MAX_EVENT_PAYLOAD_BYTES} bytes.`);
  }
  const request = JSON.stringify([name, key, payload, keepFor]);
  return {
    owner: principal.subject,
    forAll: isAdmin(principal),
    name,
    key,
    payload: text,
    keepForMs,
    idempotency:
      idempotencyKey === undefined ? null : { key: idempotencyKey, requestHash: sha256(request) },
  };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
