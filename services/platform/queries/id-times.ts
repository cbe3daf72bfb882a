/** Ids are of the API's clock, times of the database's: an hour covers what lies between. */
export const CLOCKS_APART_MS = 3_600_000;

/** When an id of version 7 was made, by the clock of who made it. */
export function timeOfId(id: string): Date {
  return new Date(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16));
}

/** The day of that moment in UTC, as names of partitions and of stored outputs have it: `20261231`. */
export function dayOfId(id: string): string {
  return dayOf(timeOfId(id));
}

export function dayOf(moment: Date): string {
  return moment.toISOString().slice(0, 10).replaceAll('-', '');
}

/** An id that what came of the run is younger than: no partition from before it needs a look. */
export function idBefore(runId: string): string {
  return earliestIdOf(timeOfId(runId), -CLOCKS_APART_MS);
}

/** SQL: `idBefore` of an id. */
export function sqlIdBefore(id: string): string {
  const ms = `('x' || left(replace(${id}::text, '-', ''), 12))::bit(48)::bigint - ${CLOCKS_APART_MS}`;
  return `(lpad(to_hex(greatest(${ms}, 0)), 12, '0') || repeat('0', 20))::uuid`;
}

/** The least UUIDv7 of a moment: lets the primary key bound a range of time. */
export function earliestIdOf(moment: Date, shiftMs = 0): string {
  const hex = Math.max(0, moment.getTime() + shiftMs)
    .toString(16)
    .padStart(12, '0')
    .slice(-12);
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}
