/** Ids use the API's clock, times the database's. They differ by less than an hour. */
export const CLOCKS_APART_MS = 3_600_000;

/** The lowest UUIDv7 of a moment, to select a range of time by the primary key. */
export function earliestIdOf(moment: Date, shiftMs = 0): string {
  const hex = Math.max(0, moment.getTime() + shiftMs)
    .toString(16)
    .padStart(12, '0')
    .slice(-12);
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}
