/** "Did you mean": suggests the nearest known name. */

const MAX_COMPARED = 500;

/**
 * Returns a hint with the candidate nearest to `written`, or `otherwise` if none is near. Compares at
 * most 500 candidates, so that 2,000 wrong names stay cheap.
 */
export function suggest(written: string, candidates: Iterable<string>, otherwise: string): string {
  const nearest = findNearest(written, candidates);
  return nearest === null ? otherwise : `did you mean "${nearest}"?`;
}

function findNearest(written: string, candidates: Iterable<string>): string | null {
  if (written.length > 64) return null;
  const lower = written.toLowerCase();
  let best: string | null = null;
  // Names of one or two letters are always near each other.
  const tolerated = written.length < 3 ? 0 : Math.max(1, Math.floor(written.length / 3));
  let bestDistance = tolerated + 1;
  let compared = 0;
  for (const candidate of candidates) {
    if (compared++ >= MAX_COMPARED) break;
    if (Math.abs(candidate.length - written.length) >= bestDistance) continue;
    const distance = editDistance(lower, candidate.toLowerCase(), bestDistance);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Levenshtein distance, or `limit` if it is not below. */
function editDistance(first: string, second: string, limit: number): number {
  const [a, b] = dropCommonEnds(first, second);
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    let least = row;
    for (let column = 1; column <= b.length; column++) {
      const substitution = previous[column - 1]! + (a[row - 1] === b[column - 1] ? 0 : 1);
      const distance = Math.min(substitution, previous[column]! + 1, current[column - 1]! + 1);
      current.push(distance);
      least = Math.min(least, distance);
    }
    if (least >= limit) return limit;
    previous = current;
  }
  return previous[b.length]!;
}

/** Removes common prefixes and suffixes, which are long within a workflow. */
function dropCommonEnds(a: string, b: string): [string, string] {
  let start = 0;
  const shorter = Math.min(a.length, b.length);
  while (start < shorter && a[start] === b[start]) start++;
  let end = 0;
  while (end < shorter - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  return [a.slice(start, a.length - end), b.slice(start, b.length - end)];
}
