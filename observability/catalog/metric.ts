/** What a metric is, as data. Instruments, documentation, dashboards, alerts and tests read it. */

export type ProcessName = 'api' | 'worker';

/** A label whose values are known beforehand: all of them start at zero, none other compiles. */
export type BoundedLabel = readonly string[];

/**
 * A label whose values come with the work: the first `upTo` distinct ones, then `other`. A value that
 * was idle for a day frees its place.
 */
export interface OpenLabel {
  readonly upTo: number;
  /**
   * Another label of the metric, named before this one: what is counted are pairs of the two, since a value says
   * nothing without that of the other.
   */
  readonly within?: string;
  /** Its values name people: a hash stands in their place where `METRICS_HASH_OWNERS` says so. */
  readonly isPersonal?: true;
}

export type Label = BoundedLabel | OpenLabel;

interface MetricBase {
  /** As scraped: prefix `aio_`, base unit as suffix, counters end in `_total`. */
  readonly name: string;
  readonly help: string;
  readonly unit: 'seconds' | 'bytes' | 'usd' | 'tokens' | 'ratio' | 'count';
  readonly labels: Readonly<Record<string, Label>>;
  readonly exposedBy: ProcessName | 'both';
}

export interface CounterDefinition extends MetricBase {
  readonly type: 'counter';
}

export interface GaugeDefinition extends MetricBase {
  readonly type: 'gauge';
}

export interface HistogramDefinition extends MetricBase {
  readonly type: 'histogram';
  /** Upper bounds, ascending. Bounds that SLOs use are not integers: `le="1"` has two spellings. */
  readonly buckets: readonly number[];
  /** true = an observation may carry the id of a sampled trace. */
  readonly exemplars: boolean;
}

export type MetricDefinition = CounterDefinition | GaugeDefinition | HistogramDefinition;
export type MetricDefinitions = Readonly<Record<string, MetricDefinition>>;

/** A metric that the Prometheus client makes by itself; we name it, and do not touch it. */
export interface ClientMetricDefinition {
  readonly name: string;
  readonly type: MetricDefinition['type'] | 'summary';
  readonly help: string;
  readonly unit: MetricBase['unit'];
  readonly labels: readonly string[];
}

export function isBounded(label: Label): label is BoundedLabel {
  return Array.isArray(label);
}
