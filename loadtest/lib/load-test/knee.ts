/** What came of one rate. */
export interface Tried {
  rate: number;
  /** Whether all objectives held. */
  kept: boolean;
}

/** So often is a rate tried before its miss is believed: once may be the machine's fault. */
const MISSES = 2;

export interface KneeSearch {
  /** Tried first. */
  first: number;
  /** Nothing above it is tried. */
  most: number;
  /** The gap that is left between the knee and the lowest missed rate, as a share of the knee. */
  precision: number;
}

export interface Knee<Result extends Tried> {
  /** The highest rate that kept; null = not even the lowest. */
  rate: number | null;
  /** The lowest that was missed; null = none, so the knee lies beyond `most`. */
  missedAt: number | null;
  /** In the order in which they were tried. */
  tries: Result[];
}

/**
 * The highest rate that keeps the objectives: doubles until a rate is missed (or halves until one is
 * kept), then tries the middle until the gap is small enough. What is missed is tried once more.
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

/** null = the knee is known as well as it is asked for. */
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

/** What is kept above a missed rate was luck, and counts for nothing. */
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
