import { formatCount } from '../format/amount.ts';
import { perLanguage } from '../text/i18n.ts';

/** Runs that were accepted on a day, which begins in UTC. */
export interface Day {
  day: string;
  runs: number;
}

/** The API counts no more runs of a day than this: in a list, and for one workflow. */
export const MOST_A_DAY = { list: 1_000, workflow: 10_000 };

/** `12`, or `1,000+` when a day has so many or more. */
export function formatRuns(runs: number, most: number): string {
  return `${formatCount(runs)}${runs >= most ? '+' : ''}`;
}

/** Runs of all days together, with a plus if one of them was not counted to its end. */
export function formatSum(days: readonly Day[], most: number): string {
  const sum = days.reduce((all, { runs }) => all + runs, 0);
  return `${formatCount(sum)}${days.some(({ runs }) => runs >= most) ? '+' : ''}`;
}

const format = perLanguage(
  (locale) => new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', timeZone: 'UTC' }),
);

/** `24 Nov`, in the language of the page. */
export function formatDay(day: string): string {
  return format().format(new Date(`${day}T00:00:00Z`));
}

/** The days as a sentence's list, for people who see no chart. */
export function listDays(days: readonly Day[], most: number): string {
  return days.map(({ day, runs }) => `${formatDay(day)}: ${formatRuns(runs, most)}`).join(', ');
}
