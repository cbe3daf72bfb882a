import { METRICS } from './all-metrics.ts';
import type { ClientMetricDefinition, MetricDefinition } from './metric.ts';
import { PROCESS_METRICS } from './process.ts';

const SUFFIXES: Record<ClientMetricDefinition['type'], readonly string[]> = {
  counter: [''],
  gauge: [''],
  histogram: ['_bucket', '_sum', '_count'],
};

/** Series names of a metric in Prometheus. */
export function seriesNames(metric: Pick<ClientMetricDefinition, 'name' | 'type'>): string[] {
  return SUFFIXES[metric.type].map((suffix) => metric.name + suffix);
}

/** All series names that AIO's processes may expose. */
export function allSeriesNames(): Set<string> {
  const definitions: readonly (MetricDefinition | ClientMetricDefinition)[] = [
    ...Object.values(METRICS),
    ...PROCESS_METRICS,
  ];
  return new Set(definitions.flatMap(seriesNames));
}
