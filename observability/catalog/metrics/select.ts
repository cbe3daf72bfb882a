/** Selectors of all series that AIO's boards and rules read. */
import { createSelectors, type TargetMatchers as Target, requireType } from '@aio/slo/select';
import type * as kit from '@aio/slo/select';
import { PromqlError, type Series, TARGET_LABELS, type TargetLabel } from '@aio/slo/query';
import { type Matcher, seriesOf } from '@aio/slo/series';
import { METRICS } from './all-metrics.ts';
import { FOREIGN_SERIES, type ForeignName } from './foreign-series.ts';
import type { ProcessName } from './metric.ts';
import { PROCESS_METRICS } from './process.ts';

type All = typeof METRICS;
export type HistogramKey = kit.HistogramKey<All>;
export type Matchers<K extends keyof All> = kit.Matchers<All[K], ProcessName>;
export type Bound<K extends HistogramKey> = kit.Bound<All[K]>;
type TargetMatchers = Target<ProcessName>;

const JOBS = ['api', 'worker'] as const satisfies readonly ProcessName[];

export const { select, countOf, sumOf, bucketsOf, withinBound, selectUp } = createSelectors(
  METRICS,
  { jobs: JOBS },
);

type ProcessMetric = (typeof PROCESS_METRICS)[number];

/** Series of a counter or gauge of the Prometheus client. */
export function selectProcess<N extends ProcessMetric['name']>(
  name: N,
  matchers: TargetMatchers = {},
): Series<ProcessLabel<N>> {
  const metric = PROCESS_METRICS.find((candidate) => candidate.name === name);
  if (!metric) throw new PromqlError(`the catalogue has no metric of the process ${name}`);
  requireType(name, metric.type, ['counter', 'gauge']);
  const labels = [...metric.labels, ...TARGET_LABELS] as ProcessLabel<N>[];
  return seriesOf<ProcessLabel<N>>(name, labels, matchers as object);
}

type ProcessLabel<N> = TargetLabel | Extract<ProcessMetric, { name: N }>['labels'][number];

/** A series that AIO's processes do not expose, by name. */
export function selectForeign<N extends ForeignName>(
  name: N,
  matchers: { readonly [L in ForeignLabel<N>]?: Matcher<string> } = {},
): Series<ForeignLabel<N>> {
  const labels: readonly ForeignLabel<N>[] | undefined = FOREIGN_SERIES[name];
  if (!labels) throw new PromqlError(`the catalogue has no foreign series ${name}`);
  return seriesOf(name, labels, matchers);
}

type ForeignLabel<N extends ForeignName> = (typeof FOREIGN_SERIES)[N][number];
