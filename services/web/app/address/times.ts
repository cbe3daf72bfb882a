import { one, type Query } from './query.ts';

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

function moment(value: Query[string]): string | null {
  const text = one(value);
  const ms = text === null ? Number.NaN : Date.parse(text);
  return Number.isNaN(ms) ? null : new Date(ms).toISOString();
}
