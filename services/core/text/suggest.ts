/** "Did you mean": the nearest of the known names. */

const MAX_COMPARED = 500;

/**
 * A hint that names the candidate nearest to what was written, or `otherwise` when none is near.
 * Looks at a bounded number of candidates, so that 10,000 wrong names stay cheap.
 */
export function suggest(written: string, candidates: Iterable<string>, otherwise: string): string {
  const nearest = findNearest(written, candidates);
  return nearest === null ? otherwise : `did you mean "${nearest}"?`;
}

function findNearest(written: string, candidates: Iterable<string>): string | null {
  if (written.length > 64) return null;
  const lower = written.toLowerCase();
  let best: string | null = null;
  // Of names of one or two letters every other is near.
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

/** Levenshtein distance, given up (as `limit`) once no way below `limit` is left. */
function editDistance(a: string, b: string, limit: number): number {
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
