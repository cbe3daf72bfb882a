/**
 * Recorded series of how long steps, and calls of hosts, usually take: their mean of seven days, or of what there is of
 * them. Sums and counts are recorded every two minutes, so that a week is a sum of few samples.
 */
import type { Series } from '@aio/slo/query';
import { seriesOf } from '@aio/slo/series';

export const USUAL_TIMES = {
  step: { of: 'workflowStepTime', labels: ['workflow', 'step'] },
  host: { of: 'hostCalls', labels: ['host'] },
} as const;

export type UsualTimeKey = keyof typeof USUAL_TIMES;
type LabelOf<K extends UsualTimeKey> = (typeof USUAL_TIMES)[K]['labels'][number];

/** `seconds` and `calls` of two minutes, and the `usual` seconds of a call; absent with too few. */
const NAMES = {
  seconds: 'call_seconds:per_2m',
  calls: 'calls:per_2m',
  usual: 'call_seconds:mean_7d',
} as const;

export function usualTimeName(key: UsualTimeKey, what: keyof typeof NAMES): string {
  return `${key}:${NAMES[what]}`;
}

/** Every recorded series, with its labels. */
export function usualTimeSeries(): (readonly [name: string, labels: readonly string[]])[] {
  return Object.entries(USUAL_TIMES).flatMap(([key, { labels }]) =>
    Object.values(NAMES).map((name) => [`${key}:${name}`, labels] as const),
  );
}

/** Selects a recorded series. */
export function recordedTime<K extends UsualTimeKey>(
  key: K,
  what: keyof typeof NAMES,
): Series<LabelOf<K>> {
  const labels: readonly string[] = USUAL_TIMES[key].labels;
  return seriesOf(usualTimeName(key, what), labels as readonly LabelOf<K>[]);
}
