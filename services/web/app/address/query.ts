/** The router's query. */
export type Query = Record<string, string | null | undefined | (string | null)[]>;

/** The first value of a parameter; null = missing or empty. */
export function one(value: Query[string]): string | null {
  const first = Array.isArray(value) ? value[0] : value;
  return first ? first : null;
}

/** Drops empty entries, so that addresses stay short. */
export function compact(
  entries: Record<string, string | null | undefined | unknown[]>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(entries).filter((entry): entry is [string, string] => Boolean(entry[1])),
  );
}

/** Parameters that change how a list looks, not its content. */
const NO_FILTERS = ['cursor', 'flat'];

/** Whether an address filters its list. A cursor is not a filter. */
export function hasFilters(query: Record<string, string>): boolean {
  return Object.keys(query).some((name) => !NO_FILTERS.includes(name));
}

/** Options for a select. The chosen one is always among them, even if it no longer exists. */
export function withChosen(names: readonly string[], chosen: string | null): readonly string[] {
  return chosen === null || names.includes(chosen) ? names : [chosen, ...names];
}

export const PERIODS = { '15m': 900_000, '1h': 3_600_000, '24h': 86_400_000, '7d': 604_800_000 };
export type Period = keyof typeof PERIODS;

/** A time range in a page's address. */
export interface Times {
  since: Period | null; // within this time before now
  from: string | null; // ISO 8601, used when `since` is null
  to: string | null;
}

/** Invalid times count as absent. */
export function readTimes(query: Query): Times {
  const since = one(query['since']);
  return {
    since: since !== null && Object.hasOwn(PERIODS, since) ? (since as Period) : null,
    from: moment(query['from']),
    to: moment(query['to']),
  };
}

/** Now, rounded down to the minute, so that a relative period does not change the request every millisecond. */
export function thisMinute(): number {
  return Math.floor(Date.now() / 60_000) * 60_000;
}

/** The range as the API's query parameters. */
export function timesQuery(
  { since, from, to }: Times,
  nowMs: number,
): { after: string | null; before: string | null } {
  if (since === null) return { after: from, before: to };
  return { after: new Date(nowMs - PERIODS[since]).toISOString(), before: null };
}

/** An ISO 8601 time of the address; null = absent or invalid. */
export function moment(value: Query[string]): string | null {
  const text = one(value);
  const ms = text === null ? Number.NaN : Date.parse(text);
  return Number.isNaN(ms) ? null : new Date(ms).toISOString();
}
