import { formatCount } from '../format/amount.ts';

/** Runs accepted on a UTC day. */
export interface Day {
  day: string;
  runs: number;
}

/** The API counts at most this many runs per day, in the list and for one workflow. */
export const MOST_A_DAY = { list: 1_000, workflow: 10_000 };

/** `12`, or `1,000+` if the day reached the limit `most`. */
export function formatRuns(runs: number, most: number): string {
  return `${formatCount(runs)}${runs >= most ? '+' : ''}`;
}

/** Runs of all days, with a plus if one day reached the limit. */
export function formatSum(days: readonly Day[], most: number): string {
  const sum = days.reduce((all, { runs }) => all + runs, 0);
  return `${formatCount(sum)}${days.some(({ runs }) => runs >= most) ? '+' : ''}`;
}

const format = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  timeZone: 'UTC',
});

/** `24 Nov` */
export function formatDay(day: string): string {
  return format.format(new Date(`${day}T00:00:00Z`));
}

/** The days as text, for people who don't see the chart. */
export function listDays(days: readonly Day[], most: number): string {
  return days.map(({ day, runs }) => `${formatDay(day)}: ${formatRuns(runs, most)}`).join(', ');
}

/** Whether runs were accepted more than a day ago; less is no measure of what is usual. @param days the oldest first, the last is today */
export function hasDayOfHistory(days: readonly Day[]): boolean {
  return days.slice(0, -2).some(({ runs }) => runs > 0);
}
