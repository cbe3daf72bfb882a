export {
  createMetrics,
  type MetricsOptions,
  type MetricsRegistry,
  type Readings,
} from './create-metrics.ts';
export type {
  Counter,
  Exemplar,
  Gauge,
  GaugeKey,
  Histogram,
  Instrument,
  LabelsOf,
  Metrics,
  Reading,
} from './instruments.ts';
export {
  type BoundedLabel,
  type CounterDefinition,
  type GaugeDefinition,
  type HistogramDefinition,
  isBounded,
  type Label,
  type MetricDefinition,
  type MetricDefinitions,
  type OpenLabel,
} from './metric.ts';
export { measureRequests, type MeasureOptions, type RequestLabels } from './measure-requests.ts';
export { mostSeries } from './series-cap.ts';
export { type MetricsServer, serveMetrics } from './serve-metrics.ts';
