import { AioError } from '@aio/core/errors';
import type { Queryable } from '@aio/platform/postgres/queryable';
import {
  type EventDetail,
  type EventSummary,
  getEvent,
  listEvents,
} from '@aio/platform/queries/waits/list-events';
import { type Principal, scopeOf } from '../../auth/principal.ts';
import { DEFAULT_PAGE_SIZE } from '../../http/common-schema.ts';
import { defineRoute, MB, PAGE, type Route } from '../../http/define-route.ts';
import { json, reply } from '../../http/reply.ts';
import type { RouteDeps } from '../route-deps.ts';
import {
  EventPage,
  EventParams,
  EventSchema,
  type EventSummarySchema,
  ListEventsQuery,
} from './schema.ts';
import type { Static } from 'typebox';
import { isoTime, isoTimeOrNull } from '../../http/iso-time.ts';

export function readEventRoutes({ pool, readsOf }: Pick<RouteDeps, 'pool' | 'readsOf'>): Route[] {
  const list = defineRoute({
    id: 'listEvents',
    tag: 'events',
    summary: 'List posted events, newest first',
    description: 'Without payloads. The API keeps taken and expired events for 7 days.',
    method: 'GET',
    atMost: PAGE,
    path: '/api/v1/events',
    query: ListEventsQuery,
    responses: { 200: json('A page of events', EventPage) },
    async handler({ query: { limit = DEFAULT_PAGE_SIZE, cursor = null, ...filter }, principal }) {
      const page = { owner: scopeOf(principal), limit, cursor, ...filter };
      const { items, nextCursor } = await listEvents(await readsOf(principal), page);
      return reply(200, { items: items.map(presentEventSummary), nextCursor });
    },
  });

  const get = defineRoute({
    id: 'getEvent',
    tag: 'events',
    summary: 'Get an event and the steps that it reached',
    method: 'GET',
    atMost: { rows: 100, bytes: MB },
    path: '/api/v1/events/{id}',
    params: EventParams,
    responses: { 200: json('The event', EventSchema) },
    async handler({ params: { id }, principal }) {
      return reply(200, presentEvent(await requireEvent(pool, principal, id)));
    },
  });

  return [list, get];
}

/** @throws AioError `not_found` if the event doesn't exist or belongs to another owner */
export async function requireEvent(
  db: Queryable,
  principal: Principal,
  id: string,
): Promise<EventDetail> {
  const event = await getEvent(db, id, scopeOf(principal));
  if (event !== null) return event;
  throw new AioError('not_found', `There is no event ${id}.`);
}

function presentEventSummary(event: EventSummary): Static<typeof EventSummarySchema> {
  return {
    id: event.id,
    name: event.name,
    key: event.key,
    state: event.state,
    deliveries: event.deliveries,
    reached: event.reached,
    receivedAt: isoTime(event.receivedAt),
    takenAt: isoTimeOrNull(event.takenAt),
    keptUntil: isoTimeOrNull(event.keptUntil),
  };
}

export function presentEvent(event: EventDetail): Static<typeof EventSchema> {
  return { ...presentEventSummary(event), payload: event.payload };
}
