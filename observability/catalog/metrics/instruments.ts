/**
 * Types of the instruments, derived from the catalogue: a misspelt metric, label or bounded value does not compile.
 * Code that records takes only the instruments it needs, e.g. `Pick<Metrics<'worker'>, 'stepExecution'>`.
 */
import type { METRICS } from './all-metrics.ts';
import type { BoundedLabel, Label, ProcessName } from './metric.ts';

export type MetricKey = keyof typeof METRICS;
type Definition<K extends MetricKey> = (typeof METRICS)[K];

type LabelValue<L extends Label> = L extends BoundedLabel ? L[number] : string;

/** The labels of a metric and their values; `{}` without labels. */
export type LabelsOf<K extends MetricKey> = keyof Definition<K>['labels'] extends never
  ? Record<string, never>
  : {
      readonly [L in keyof Definition<K>['labels']]: Definition<K>['labels'][L] extends Label
        ? LabelValue<Definition<K>['labels'][L]>
        : never;
    };

export interface Counter<L> {
  /** Adds `value` (default 1, never negative). */
  inc(
    ...args: Record<string, never> extends L
      ? [labels?: L, value?: number]
      : [labels: L, value?: number]
  ): void;
}

export interface Gauge<L> {
  set(labels: L, value: number): void;
  inc(
    ...args: Record<string, never> extends L
      ? [labels?: L, value?: number]
      : [labels: L, value?: number]
  ): void;
  dec(
    ...args: Record<string, never> extends L
      ? [labels?: L, value?: number]
      : [labels: L, value?: number]
  ): void;
}

export interface Histogram<L> {
  /**
   * @param value in the metric's base unit (seconds, not milliseconds)
   * @param traceId of a sampled trace; becomes the exemplar if the metric has exemplars
   * @param runId of the observed run; becomes part of the exemplar
   */
  observe(labels: L, value: number, traceId?: string, runId?: string): void;
  /**
   * Resets the series to zero. Call it before the first observation: in a series that begins with a count, Prometheus
   * sees no increase.
   */
  zero(labels: L): void;
}

type Instrument<K extends MetricKey> = Definition<K>['type'] extends 'counter'
  ? Counter<LabelsOf<K>>
  : Definition<K>['type'] extends 'gauge'
    ? Gauge<LabelsOf<K>>
    : Histogram<LabelsOf<K>>;

type ExposedBy<P extends ProcessName> = {
  [K in MetricKey]: Definition<K>['exposedBy'] extends P | 'both' ? K : never;
}[MetricKey];

/** The instruments of one process. */
export type Metrics<P extends ProcessName> = { readonly [K in ExposedBy<P>]: Instrument<K> };

/** Keys of the gauges of a process. */
export type GaugeKey<P extends ProcessName> = {
  [K in ExposedBy<P>]: Definition<K>['type'] extends 'gauge' ? K : never;
}[ExposedBy<P>];

/** One series of a gauge at the time of a scrape. */
export interface Reading<K extends MetricKey> {
  labels: LabelsOf<K>;
  value: number;
}
