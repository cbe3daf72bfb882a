/** Result of one rate. */
export interface Tried {
  rate: number;
  /** Whether all objectives were met. */
  kept: boolean;
}

/** Misses of a rate until it counts as missed. Other load on the machine may cause a single one. */
const MISSES = 2;

export interface KneeSearch {
  /** First rate. */
  first: number;
  /** Highest rate. */
  most: number;
  /** Allowed gap between the knee and the lowest missed rate, as a share of the knee. */
  precision: number;
}

export interface Knee<Result extends Tried> {
  /** Highest rate that met the objectives; null = none did. */
  rate: number | null;
  /** Lowest missed rate; null = none, so the knee lies above `most`. */
  missedAt: number | null;
  /** All tries in order. */
  tries: Result[];
}

/**
 * Finds the highest rate that meets the objectives. It doubles the rate until one misses (or halves it until
 * one meets them), then bisects until the gap is small enough. It repeats a missed rate once.
 */
export async function searchKnee<Result extends Tried>(
  { first, most, precision }: KneeSearch,
  tryRate: (rate: number) => Promise<Result>,
): Promise<Knee<Result>> {
  const tries: Result[] = [];
  for (let rate: number | null = first; rate !== null;) {
    tries.push(await tryRate(rate));
    rate = nextRate(tries, { most, precision });
  }
  const { kept, missed } = bounds(tries);
  return { rate: kept, missedAt: missed, tries };
}

/** @returns null = the knee is precise enough */
export function nextRate(
  tries: readonly Tried[],
  { most, precision }: Pick<KneeSearch, 'most' | 'precision'>,
): number | null {
  const last = tries.at(-1);
  if (last && !last.kept && countMisses(tries, last.rate) < MISSES) return last.rate;
  const { kept, missed } = bounds(tries);
  if (missed === null) return kept === null || kept >= most ? null : Math.min(most, kept * 2);
  if (kept === null) return missed > 1 ? Math.floor(missed / 2) : null;
  const next = Math.floor((kept + missed) / 2);
  return missed - kept <= Math.max(1, kept * precision) ? null : next;
}

/** Ignores rates that met the objectives above a missed one: that was luck. */
function bounds(tries: readonly Tried[]): { kept: number | null; missed: number | null } {
  const rates = [...new Set(tries.map(({ rate }) => rate))].toSorted((a, b) => a - b);
  const missed = rates.find((rate) => countMisses(tries, rate) >= MISSES) ?? null;
  const kept = tries
    .filter((tried) => tried.kept && (missed === null || tried.rate < missed))
    .map(({ rate }) => rate);
  return { kept: kept.length > 0 ? Math.max(...kept) : null, missed };
}

function countMisses(tries: readonly Tried[], rate: number): number {
  return tries.filter((tried) => tried.rate === rate && !tried.kept).length;
}
