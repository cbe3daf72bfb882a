import { AioError } from '@aio/core/errors';
import type { Queryable } from '@aio/platform/queryable';
import { getEvent, listEvents, type EventDetail } from '@aio/platform/queries/list-events';
import { DEFAULT_PAGE_SIZE } from '../../http/common-schema.ts';
import { defineRoute, type Route } from '../../http/define-route.ts';
import { json, reply } from '../../http/reply.ts';
import { presentEvent, presentEventSummary } from './present-event.ts';
import { EventPage, EventParams, EventSchema, ListEventsQuery } from './schema.ts';

/** Events from outside, and what became of them. */
export function readEventRoutes({ pool }: { pool: Queryable }): Route[] {
  const list = defineRoute({
    id: 'listEvents',
    tag: 'events',
    summary: 'Events from outside, newest first',
    description:
      'Without payloads. Events that were taken or have expired are remembered for 7 days.',
    method: 'GET',
    path: '/api/v1/events',
    query: ListEventsQuery,
    responses: { 200: json('A page of events', EventPage) },
    async handler({ query: { limit = DEFAULT_PAGE_SIZE, cursor = null, ...filter } }) {
      const { items, nextCursor } = await listEvents(pool, { limit, cursor, ...filter });
      return reply(200, { items: items.map(presentEventSummary), nextCursor });
    },
  });

  const get = defineRoute({
    id: 'getEvent',
    tag: 'events',
    summary: 'One event, and the steps that it reached',
    method: 'GET',
    path: '/api/v1/events/{id}',
    params: EventParams,
    responses: { 200: json('The event', EventSchema) },
    async handler({ params: { id } }) {
      return reply(200, presentEvent(await requireEvent(pool, id)));
    },
  });

  return [list, get];
}

/** @throws AioError `not_found` */
export async function requireEvent(db: Queryable, id: string): Promise<EventDetail> {
  const event = await getEvent(db, id);
  if (event === null) throw new AioError('not_found', `There is no event ${id}.`);
  return event;
}
