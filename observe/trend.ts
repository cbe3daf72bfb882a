import type { Series, TimeRange } from '@aio/query/prometheus';

const MARKS = [...'▁▂▃▄▅▆▇█'];
const PARTS = 15;

/**
 * A sparkline of the series over the range: the lowest mark is the minimum, the highest the maximum, a blank has no
 * sample. A constant series is a line at the bottom.
 */
export function trendOf({ samples }: Series, { from, to }: TimeRange): string {
  const parts = Map.groupBy(samples, ({ at }) =>
    Math.min(PARTS - 1, Math.floor(((at - from) / (to - from)) * PARTS)),
  );
  const means = Array.from({ length: PARTS }, (_, part) => meanOf(parts.get(part) ?? []));
  const known = means.filter((mean) => mean !== null);
  const least = Math.min(...known);
  const height = Math.max(...known) - least;
  return means.map((mean) => (mean === null ? ' ' : markOf(mean - least, height))).join('');
}

function meanOf(samples: Series['samples']): number | null {
  if (samples.length === 0) return null;
  return samples.reduce((sum, { value }) => sum + value, 0) / samples.length;
}

function markOf(above: number, height: number): string {
  const share = height > 0 && Number.isFinite(height) ? above / height : 0;
  return MARKS[Math.round(share * (MARKS.length - 1))] as string;
}
