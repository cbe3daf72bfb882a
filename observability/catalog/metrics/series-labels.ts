import { METRICS } from './all-metrics.ts';
import { FOREIGN_SERIES } from './foreign-series.ts';
import type { MetricDefinition } from './metric.ts';
import { PROCESS_METRICS } from './process.ts';
import { TARGET_LABELS } from '@aio/slo/query';
import { seriesNames } from './series.ts';
import { recordedNames } from '../objectives/slo-series.ts';
import { labelsOfSpend, SPEND_KEYS, SPEND_SERIES } from '../objectives/spend-series.ts';

/** Labels that Prometheus adds to histograms and summaries, and the name itself. */
const PARTS = ['__name__', 'le', 'quantile'] as const;

const definitions: readonly MetricDefinition[] = Object.values(METRICS);

/** Labels of every series that boards, rules and runbooks may read, by the name of the series. */
export const SERIES_LABELS: ReadonlyMap<string, readonly string[]> = new Map([
  ...definitions.flatMap((metric) =>
    seriesNames(metric).map((name) => [name, Object.keys(metric.labels)] as const),
  ),
  ...PROCESS_METRICS.flatMap((metric) =>
    seriesNames(metric).map((name) => [name, metric.labels] as const),
  ),
  ...Object.entries(FOREIGN_SERIES),
  ...SPEND_KEYS.map((key) => [SPEND_SERIES[key], labelsOfSpend(key)] as const),
  ...recordedNames().map((name) => [name, ['slo']] as const),
]);

/** The names of all labels of these series. */
export const KNOWN_LABELS: ReadonlySet<string> = new Set([
  ...PARTS,
  ...TARGET_LABELS,
  ...[...SERIES_LABELS.values()].flat(),
]);
