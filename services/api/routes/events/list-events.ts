import type { Static } from 'typebox';
import { type Event, listEvents } from '@aio/platform/queries/waits/list-events';
import { scopeOf } from '../../auth/principal.ts';
import { DEFAULT_PAGE_SIZE } from '../../http/common-schema.ts';
import { defineRoute, PAGE, type Route } from '../../http/define-route.ts';
import { isoTime, isoTimeOrNull } from '../../http/iso-time.ts';
import { json, reply } from '../../http/reply.ts';
import type { RouteDeps } from '../route-deps.ts';
import { EventPage, type EventSchema, ListEventsQuery } from './schema.ts';

export function listEventsRoute({ readsOf }: Pick<RouteDeps, 'readsOf'>): Route {
  return defineRoute({
    id: 'listEvents',
    tag: 'events',
    summary: 'List posted events, newest first',
    description: 'Those of the last 7 days. Events of admins are listed for admins only.',
    method: 'GET',
    atMost: PAGE,
    path: '/api/v1/events',
    query: ListEventsQuery,
    responses: { 200: json('A page of events', EventPage) },
    async handler({ query: { limit = DEFAULT_PAGE_SIZE, cursor = null, ...filter }, principal }) {
      const page = { owner: scopeOf(principal), limit, cursor, ...filter };
      const { items, nextCursor } = await listEvents(await readsOf(principal), page);
      return reply(200, { items: items.map(presentEvent), nextCursor });
    },
  });
}

export function presentEvent({
  receivedAt,
  takenAt,
  keptUntil,
  ...event
}: Event): Static<typeof EventSchema> {
  return {
    ...event,
    receivedAt: isoTime(receivedAt),
    takenAt: isoTimeOrNull(takenAt),
    keptUntil: isoTime(keptUntil),
  };
}
