/** Types of the instruments: a misspelt metric, label or bounded value does not compile. */
import type { BoundedLabel, Label, MetricDefinition, MetricDefinitions } from './metric.ts';

type LabelValue<L extends Label> = L extends BoundedLabel ? L[number] : string;

/** Labels that appear at run time. */
type OpenLabelsOf<D extends MetricDefinition> = {
  [L in keyof D['labels']]: D['labels'][L] extends BoundedLabel ? never : L;
}[keyof D['labels']];

/**
 * Beside open labels: for whom their values are recorded, such as a tenant. It is no label. When places are full, who holds
 * most of them gives way.
 */
interface Held {
  readonly heldBy?: string;
}

/** The labels of a metric and their values; `{}` without labels. */
export type LabelsOf<D extends MetricDefinition> = keyof D['labels'] extends never
  ? Record<string, never>
  : { readonly [L in keyof D['labels']]: LabelValue<D['labels'][L]> } & ([OpenLabelsOf<D>] extends [
      never,
    ]
      ? unknown
      : Held);

/** Labels come first; a metric without labels needs none. */
type LabelsThenValue<L> =
  Record<string, never> extends L ? [labels?: L, value?: number] : [labels: L, value?: number];

export interface Counter<L> {
  /** Adds `value` (default 1, never negative). */
  inc(...args: LabelsThenValue<L>): void;
}

export interface Gauge<L> {
  set(labels: L, value: number): void;
  inc(...args: LabelsThenValue<L>): void;
  dec(...args: LabelsThenValue<L>): void;
}

export interface Histogram<L> {
  /**
   * @param value in the metric's base unit (seconds, not milliseconds)
   * @param exemplar labels of the exemplar, if the metric has exemplars: `trace_id` of a sampled trace, and others
   */
  observe(labels: L, value: number, exemplar?: Exemplar): void;
  /**
   * Resets the series to zero. Call it before the first observation: in a series that begins with a count, Prometheus
   * sees no increase.
   */
  zero(labels: L): void;
}

export type Exemplar = Readonly<Record<string, string>>;

export type Instrument<D extends MetricDefinition> = D['type'] extends 'counter'
  ? Counter<LabelsOf<D>>
  : D['type'] extends 'gauge'
    ? Gauge<LabelsOf<D>>
    : Histogram<LabelsOf<D>>;

/** The instruments of definitions, by their keys. */
export type Metrics<M extends MetricDefinitions> = { readonly [K in keyof M]: Instrument<M[K]> };

/** Keys of the gauges. */
export type GaugeKey<M extends MetricDefinitions> = {
  [K in keyof M]: M[K]['type'] extends 'gauge' ? K : never;
}[keyof M];

/** One series of a gauge at the time of a scrape. */
export interface Reading<D extends MetricDefinition> {
  labels: LabelsOf<D>;
  value: number;
}
