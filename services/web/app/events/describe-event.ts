import type { EventSummary } from '../../shared/api.ts';

/** How an event's state looks; never by colour alone. */
export const EVENT_STATES = {
  kept: { label: 'Kept', icon: 'i-lucide-archive', color: 'info' },
  taken: { label: 'Taken', icon: 'i-lucide-circle-check', color: 'success' },
  expired: { label: 'Expired', icon: 'i-lucide-clock-alert', color: 'neutral' },
} as const satisfies Record<EventSummary['state'], object>;

/** What became of an event, in one line. */
export function describeOutcome({ state, deliveries }: EventSummary): string {
  if (state === 'taken')
    return deliveries === 1 ? 'It reached 1 step.' : `It reached ${deliveries} steps.`;
  if (state === 'expired') return 'No step waited for it in time.';
  return 'No step waits for it yet: it is kept for the first that does.';
}
