import { compact, moment, one, type Query } from '../address/query.ts';

/** Relative time ranges of a board, in seconds before now. */
export const RANGES = {
  '15m': 900,
  '30m': 1800,
  '1h': 3600,
  '3h': 10_800,
  '6h': 21_600,
  '12h': 43_200,
  '24h': 86_400,
  '2d': 172_800,
  '7d': 604_800,
} as const;
export type Range = keyof typeof RANGES;

/** Seconds between two requests. */
export const REFRESHES = { off: null, '5s': 5, '10s': 10, '30s': 30 } as const;
export type Refresh = keyof typeof REFRESHES;

const USUAL_RANGE: Range = '30m';
const USUAL_REFRESH: Refresh = '10s';

/** A board's controls, as the page's address holds them. */
export interface BoardAddress {
  /** Ends now; null = `from` and `to` apply. */
  range: Range | null;
  /** ISO 8601. */
  from: string | null;
  to: string | null;
  refresh: Refresh;
  /** Chosen values by variable; a missing variable means all values. */
  variables: Record<string, string[]>;
}

const VARIABLE = 'var-';

/** Invalid values count as absent. */
export function readBoardAddress(query: Query): BoardAddress {
  const range = one(query['range']);
  const refresh = one(query['refresh']);
  const [from, to] = [moment(query['from']), moment(query['to'])];
  const isFixed = from !== null && to !== null && from < to;
  return {
    range: isFixed ? null : isKey(RANGES, range) ? range : USUAL_RANGE,
    from: isFixed ? from : null,
    to: isFixed ? to : null,
    refresh: isKey(REFRESHES, refresh) ? refresh : USUAL_REFRESH,
    variables: Object.fromEntries(
      Object.entries(query)
        .filter(([name]) => name.startsWith(VARIABLE))
        .map(([name, value]) => [name.slice(VARIABLE.length), textsOf(value)] as const)
        .filter(([, values]) => values.length > 0),
    ),
  };
}

/** The inverse of `readBoardAddress`; leaves out defaults. */
export function writeBoardAddress(address: BoardAddress): Record<string, string | string[]> {
  const { range, from, to, refresh, variables } = address;
  const times = range === null ? { from, to } : { range: range === USUAL_RANGE ? null : range };
  return {
    ...compact({ ...times, refresh: refresh === USUAL_REFRESH ? null : refresh }),
    ...Object.fromEntries(
      Object.entries(variables)
        .filter(([, values]) => values.length > 0)
        .map(([name, values]) => [`${VARIABLE}${name}`, values]),
    ),
  };
}

/** The time range at this moment, as ISO 8601. */
export function spanAt(
  { range, from, to }: Pick<BoardAddress, 'range' | 'from' | 'to'>,
  nowMs: number,
): { from: string; to: string } {
  if (range === null) return { from: from!, to: to! };
  const iso = (ms: number) => new Date(ms).toISOString();
  return { from: iso(nowMs - RANGES[range] * 1000), to: iso(nowMs) };
}

function isKey<Keys extends object>(of: Keys, key: string | null): key is keyof Keys & string {
  return key !== null && Object.hasOwn(of, key);
}

function textsOf(value: Query[string]): string[] {
  return [value].flat().filter((text): text is string => Boolean(text));
}
