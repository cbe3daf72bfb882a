import type { ClientMetricDefinition } from './metric.ts';

/** The metrics of the Prometheus client that AIO serves: those that boards, alerts, runbooks or benchmarks read. */
export const PROCESS_METRICS = [
  metric('process_cpu_seconds_total', 'counter', 'User and system CPU time.'),
  metric('process_start_time_seconds', 'gauge', 'Start of the process, in seconds since 1970.'),
  metric('process_resident_memory_bytes', 'gauge', 'Resident memory.'),
  metric('process_open_fds', 'gauge', 'Open file descriptors (Linux).'),
  metric('process_max_fds', 'gauge', 'Limit of file descriptors (Linux).'),
  metric('nodejs_eventloop_lag_p90_seconds', 'gauge', '90th percentile of the lag.'),
  metric('nodejs_heap_space_size_used_bytes', 'gauge', 'V8 spaces: used.', ['space']),
  metric('nodejs_gc_duration_seconds', 'histogram', 'Duration of collections, by kind.', ['kind']),
] as const;

function metric<Name extends string, const Labels extends readonly string[] = []>(
  name: Name,
  type: ClientMetricDefinition['type'],
  help: string,
  labels?: Labels,
): ClientMetricDefinition & { readonly name: Name; readonly labels: readonly Labels[number][] } {
  return { name, type, help, labels: labels ?? [] };
}
