/** Ids use the API's clock, times the database's. They differ by less than an hour. */
export const CLOCKS_APART_MS = 3_600_000;

/** The time of a UUIDv7, by the clock of the process that made it. */
export function timeOfId(id: string): Date {
  return new Date(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16));
}

/** The UTC day of a UUIDv7, as in names of partitions and stored outputs: `20261231`. */
export function dayOfId(id: string): string {
  return dayOf(timeOfId(id));
}

export function dayOf(moment: Date): string {
  return moment.toISOString().slice(0, 10).replaceAll('-', '');
}

/** An id older than all descendants of the run, so that queries skip older partitions. */
export function idBefore(runId: string): string {
  return earliestIdOf(timeOfId(runId), -CLOCKS_APART_MS);
}

/** SQL: `idBefore` of an id. */
export function sqlIdBefore(id: string): string {
  const ms = `('x' || left(replace(${id}::text, '-', ''), 12))::bit(48)::bigint - ${CLOCKS_APART_MS}`;
  return `(lpad(to_hex(greatest(${ms}, 0)), 12, '0') || repeat('0', 20))::uuid`;
}

/** The lowest UUIDv7 of a moment, to select a range of time by the primary key. */
export function earliestIdOf(moment: Date, shiftMs = 0): string {
  const hex = Math.max(0, moment.getTime() + shiftMs)
    .toString(16)
    .padStart(12, '0')
    .slice(-12);
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}
