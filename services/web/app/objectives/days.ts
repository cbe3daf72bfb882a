import type { ObjectiveDay, ObjectiveMonth } from '../../shared/api.ts';
import { perLanguage } from '../text/i18n.ts';

/** Why a day has no bar. */
export type Gap = 'noData' | 'noEvents' | 'ahead';

export interface Bar {
  day: string;
  /** Bad events as a multiple of what the objective allows; null = there is nothing to say. */
  burn: number | null;
  reached: number | null;
  gap: Gap | null;
}

/** Of a bar as high as the chart: what is worse is as high. Half of it is the day's own budget. */
export const FULL_BURN = 2;

/** What each day used of its error budget. */
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
  budgetUsed,
}: Pick<ObjectiveMonth, 'reached' | 'objective' | 'budgetUsed'>): Verdict {
  if (reached === null) return 'noData';
  if (budgetUsed === null) return 'tooFew';
  return reached >= objective ? 'met' : 'missed';
}

const percent = perLanguage(
  (locale) =>
    new Intl.NumberFormat(locale, {
      style: 'percent',
      maximumFractionDigits: 3,
      roundingMode: 'floor',
    }),
);

/** `99.95%`; rounded down, so that what is missed never reads as reached. */
export function formatReached(share: number): string {
  // A hair more than the number, since 0.993 is stored as a little less.
  return percent().format(share + 1e-12);
}
