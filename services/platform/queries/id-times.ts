/** Ids are of the API's clock, times of the database's: an hour covers what lies between. */
export const CLOCKS_APART_MS = 3_600_000;

/** The least UUIDv7 of a moment: lets the primary key bound a range of time. */
export function earliestIdOf(moment: Date, shiftMs = 0): string {
  const hex = Math.max(0, moment.getTime() + shiftMs)
    .toString(16)
    .padStart(12, '0')
    .slice(-12);
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}
