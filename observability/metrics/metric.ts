/** A metric as data. Instruments, documentation, dashboards, alerts and tests read it. */

/**
 * A label whose values are known in advance. All start at zero. Other values do not compile; at run time they become
 * `other`.
 */
export type BoundedLabel = readonly string[];

/**
 * A label whose values appear at run time: the first `upTo` distinct values, then `other`. A value that is idle for a
 * day frees its place. The limit is that of this object: definitions that use it together keep the same names.
 */
export interface OpenLabel {
  readonly upTo: number;
  /**
   * Another label of the metric, declared before this one. `upTo` then limits the pairs of both, because a value means
   * nothing without the other label.
   */
  readonly within?: string;
  /** With `within`: most values of one value of the other label. */
  readonly upToEach?: number;
  /** A series may lack the label: its value is empty then. */
  readonly isOptional?: true;
  /** The values identify people. With `hashPeople`, the label has their hash instead. */
  readonly isPersonal?: true;
}

export type Label = BoundedLabel | OpenLabel;

interface MetricBase {
  /** As scraped, with the base unit as suffix; counters end in `_total`. */
  readonly name: string;
  readonly help: string;
  /** In words, such as `seconds`. OpenMetrics has it if the name ends with it. */
  readonly unit?: string;
  readonly labels: Readonly<Record<string, Label>>;
  /**
   * Of a counter or histogram whose open labels would multiply: most label sets with their names. In those beyond, open
   * labels are `other`.
   */
  readonly upTo?: number;
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
  /** Whether an observation may carry the id of a sampled trace. */
  readonly exemplars: boolean;
}

export type MetricDefinition = CounterDefinition | GaugeDefinition | HistogramDefinition;
export type MetricDefinitions = Readonly<Record<string, MetricDefinition>>;

export function isBounded(label: Label): label is BoundedLabel {
  return Array.isArray(label);
}
