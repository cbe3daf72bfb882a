/**
 * Series of defined metrics as PromQL selectors. A misspelt metric, label, bounded value or bucket does not compile. If a
 * cast hides it, the selector throws an error with the caller's file.
 */
import type { BoundedLabel, Label, MetricDefinition, MetricDefinitions } from '@aio/metrics/metric';
import { PromqlError, type Series, type TargetLabel } from './query.ts';
import { ANY, type Matcher, selector } from './series.ts';

type KeyOfType<M extends MetricDefinitions, T extends MetricDefinition['type']> = {
  [K in keyof M]: M[K]['type'] extends T ? K : never;
}[keyof M] &
  string;

/** Keys of counters and gauges, which have one series per label set. */
export type PlainKey<M extends MetricDefinitions> = KeyOfType<M, 'counter' | 'gauge'>;
export type HistogramKey<M extends MetricDefinitions> = KeyOfType<M, 'histogram'>;

/** Labels of a metric's series, including those of the scrape target. */
export type LabelName<D extends MetricDefinition> = (keyof D['labels'] & string) | TargetLabel;

type ValueOf<D extends MetricDefinition, L, Job> = L extends 'job'
  ? Job
  : L extends keyof D['labels']
    ? D['labels'][L] extends BoundedLabel
      ? D['labels'][L][number]
      : string
    : string;

/** Matchers by label. */
export type Matchers<D extends MetricDefinition, Job extends string = string> = {
  readonly [L in LabelName<D>]?: Matcher<ValueOf<D, L, Job> & string>;
};

/** Matchers of the labels that every scrape adds. */
export interface TargetMatchers<Job extends string = string> {
  readonly job?: Matcher<Job>;
  readonly instance?: Matcher<string>;
}

type Fraction<N extends number> = N extends N ? (`${N}` extends `${bigint}` ? never : N) : never;

/** Bounds of a histogram that are not integers: `le="1"` may be stored as `le="1.0"`. */
export type Bound<D extends MetricDefinition> = D extends {
  readonly buckets: readonly (infer N extends number)[];
}
  ? Fraction<N>
  : never;

/** Selectors of defined metrics. All throw PromqlError for a name or value that the definitions lack. */
export interface Selectors<M extends MetricDefinitions, Job extends string = string> {
  /** Series of a counter or gauge. */
  select<K extends PlainKey<M>>(key: K, matchers?: Matchers<M[K], Job>): Series<LabelName<M[K]>>;
  /** `_count` of a histogram: its number of observations. */
  countOf<K extends HistogramKey<M>>(
    key: K,
    matchers?: Matchers<M[K], Job>,
  ): Series<LabelName<M[K]>>;
  /** `_sum` of a histogram: the sum of its observations. */
  sumOf<K extends HistogramKey<M>>(key: K, matchers?: Matchers<M[K], Job>): Series<LabelName<M[K]>>;
  /** All buckets of a histogram, for a quantile or a heat map. */
  bucketsOf<K extends HistogramKey<M>>(
    key: K,
    matchers?: Matchers<M[K], Job>,
  ): Series<LabelName<M[K]> | 'le'>;
  /** Number of observations of a histogram at or below a bound. */
  withinBound<K extends HistogramKey<M>>(
    key: K,
    bound: Bound<M[K]>,
    matchers?: Matchers<M[K], Job>,
  ): Series<LabelName<M[K]> | 'le'>;
  /** `up` of each target: 1 = the last scrape succeeded. */
  selectUp(matchers?: TargetMatchers<Job>): Series<TargetLabel>;
}

/** @param options.jobs names of the jobs that expose these metrics; default: any */
export function createSelectors<const M extends MetricDefinitions, const Job extends string>(
  definitions: M,
  { jobs }: { jobs?: readonly Job[] } = {},
): Selectors<M, Job> {
  const target: Readonly<Record<TargetLabel, Label>> = { job: jobs ?? ANY, instance: ANY };

  function find(key: string, types: readonly MetricDefinition['type'][]): MetricDefinition {
    const metric = definitions[key];
    if (!metric) throw new PromqlError(`there is no metric ${key}`);
    requireType(key, metric.type, types);
    return metric;
  }

  function part(key: string, suffix: string, matchers: object, le: object = {}): Series<never> {
    const metric = find(key, suffix === '' ? ['counter', 'gauge'] : ['histogram']);
    const labels = { ...metric.labels, ...le, ...target };
    const series = selector<never>(metric.name + suffix, labels, matchers);
    return 'exemplars' in metric && metric.exemplars ? { ...series, hasExemplars: true } : series;
  }

  return {
    select: (key, matchers = {}) => part(key, '', matchers),
    countOf: (key, matchers = {}) => part(key, '_count', matchers),
    sumOf: (key, matchers = {}) => part(key, '_sum', matchers),
    bucketsOf: (key, matchers = {}) => part(key, '_bucket', matchers, { le: ANY }),
    withinBound(key, bound, matchers = {}) {
      const { buckets } = find(key, ['histogram']) as { buckets: readonly number[] };
      if (!buckets.includes(bound)) {
        throw new PromqlError(`${key} has no bucket ${bound}, only ${buckets.join(' ')}`);
      }
      if (Number.isInteger(bound)) {
        throw new PromqlError(
          `${key}: the bucket ${bound} has two spellings; use a bound with a fraction`,
        );
      }
      return part(key, '_bucket', { ...matchers, le: String(bound) }, { le: ANY });
    },
    selectUp: (matchers = {}) => selector('up', target, matchers),
  };
}

/** @throws PromqlError if the type is none of those */
export function requireType(name: string, type: string, types: readonly string[]): void {
  if (types.includes(type)) return;
  throw new PromqlError(`${name} is a ${type}; this function takes a ${types.join(' or ')}`);
}
