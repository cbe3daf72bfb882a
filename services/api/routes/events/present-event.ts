import type { Static } from 'typebox';
import type { EventDetail, EventSummary } from '@aio/platform/queries/list-events';
import { isoTime, isoTimeOrNull } from '../../http/iso-time.ts';
import type { EventSchema, EventSummarySchema } from './schema.ts';

export function presentEventSummary(event: EventSummary): Static<typeof EventSummarySchema> {
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
