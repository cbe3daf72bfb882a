import type { Instrument, LabelsOf as Labels } from '@aio/metrics';
import type { METRICS } from './all-metrics.ts';
import type { ProcessName } from './metric.ts';

export type { Exemplar, Gauge } from '@aio/metrics';

type All = typeof METRICS;
export type MetricKey = keyof All;

export type LabelsOf<K extends MetricKey> = Labels<All[K]>;

/** The definitions of one process. */
export type DefinitionsOf<P extends ProcessName> = {
  readonly [K in MetricKey as All[K]['exposedBy'] extends P | 'both' ? K : never]: All[K];
};

/** The instruments of one process. Code that records takes what it needs, e.g. `Pick<Metrics<'worker'>, 'stepExecution'>`. */
export type Metrics<P extends ProcessName> = {
  readonly [K in keyof DefinitionsOf<P> & MetricKey]: Instrument<All[K]>;
};
