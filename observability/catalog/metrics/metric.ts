import type {
  CounterDefinition,
  GaugeDefinition,
  HistogramDefinition,
  MetricDefinition as AnyMetric,
} from '@aio/metrics';

export type ProcessName = 'api' | 'worker';

/** What a deployment may have or not. */
export type OptionalPart = 'read replica' | 'collector';

interface Described {
  readonly unit: 'seconds' | 'bytes' | 'usd' | 'tokens' | 'ratio' | 'count';
  readonly exposedBy: ProcessName | 'both';
  /** Without this part, the metric has no series: 0 would claim that the part is there. */
  readonly needs?: OptionalPart;
}

/** A metric of AIO: its name begins with `aio_`, or is that of a convention, such as `gen_ai_`. Instruments, documentation, boards, alerts and tests read it. */
export type MetricDefinition = Described &
  (CounterDefinition | GaugeDefinition | HistogramDefinition);
export type MetricDefinitions = Readonly<Record<string, MetricDefinition>>;

/** A metric that the Prometheus client creates itself. */
export interface ClientMetricDefinition {
  readonly name: string;
  readonly type: AnyMetric['type'];
  readonly help: string;
  readonly labels: readonly string[];
}
