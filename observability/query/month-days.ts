export const DAY_SECONDS = 86_400;

/** A UTC day in seconds since 1970; `to` is the next day's `from`. */
export interface DaySpan {
  day: string;
  from: number;
  to: number;
}

/** Format of a month: `2026-11`. */
export const MONTH = /^20\d{2}-(?:0[1-9]|1[0-2])$/;

/** @throws Error if the month is invalid */
export function daysOf(month: string): DaySpan[] {
  if (!MONTH.test(month)) throw new Error(`${month} is not a month such as 2026-11`);
  const [year, number] = month.split('-').map(Number) as [number, number];
  const count = new Date(Date.UTC(year, number, 0)).getUTCDate();
  return Array.from({ length: count }, (_, index) => {
    const from = Date.UTC(year, number - 1, index + 1) / 1000;
    const day = `${month}-${String(index + 1).padStart(2, '0')}`;
    return { day, from, to: from + DAY_SECONDS };
  });
}

/** The month of a moment, in UTC. */
export function monthOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 'YYYY-MM'.length);
}
