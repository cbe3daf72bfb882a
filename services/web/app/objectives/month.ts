import type { ObjectiveDay, ObjectiveMonth } from '../../shared/api.ts';

/** Why a day has no bar. */
export type Gap = 'noData' | 'noEvents' | 'ahead';

export interface Bar {
  day: string;
  /** Share of bad events divided by the share that the objective allows; null = no events or no data. */
  burn: number | null;
  reached: number | null;
  gap: Gap | null;
}

/** Burn of a bar as high as the chart; worse days are as high. Half the height is the day's own budget. */
export const FULL_BURN = 2;

/** One bar per day: how much of its error budget it used. */
export function barsOf({ days, objective }: Pick<ObjectiveMonth, 'days' | 'objective'>): Bar[] {
  return days.map((day) => ({
    day: day.day,
    reached: day.reached,
    burn: day.reached === null ? null : (1 - day.reached) / (1 - objective),
    gap: gapOf(day),
  }));
}

function gapOf({ reached, measured }: ObjectiveDay): Gap | null {
  if (reached !== null) return null;
  if (measured === null) return 'ahead';
  return measured === 0 ? 'noData' : 'noEvents';
}

export type Verdict = 'met' | 'missed' | 'tooFew' | 'noData';

export function verdictOf({
  reached,
  objective,
  events,
  minEvents,
}: Pick<ObjectiveMonth, 'reached' | 'objective' | 'events' | 'minEvents'>): Verdict {
  if (reached === null) return 'noData';
  if (events < minEvents) return 'tooFew';
  return reached >= objective ? 'met' : 'missed';
}

const percent = new Intl.NumberFormat('en-GB', {
  style: 'percent',
  maximumFractionDigits: 2,
  roundingMode: 'floor',
});

/** `99.95%`, rounded down, so that a missed objective never reads as met. */
export function formatReached(share: number): string {
  // Slightly more, because 0.993 is stored as slightly less.
  return percent.format(share + 1e-12);
}

const name = new Intl.DateTimeFormat('en-GB', { year: 'numeric', month: 'long', timeZone: 'UTC' });

/** `November 2026`. */
export function formatMonth(month: string): string {
  return name.format(new Date(`${month}-01T00:00:00Z`));
}

/** `('2026-12', 1)` -> `2027-01` */
export function monthAt(month: string, distance: number): string {
  const [year, number] = month.split('-').map(Number) as [number, number];
  return new Date(Date.UTC(year, number - 1 + distance, 1)).toISOString().slice(0, 7);
}
