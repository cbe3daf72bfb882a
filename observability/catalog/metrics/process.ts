import type { ClientMetricDefinition } from './metric.ts';

/** Standard names of the Prometheus client. `/metrics` exposes only series of the catalogue. */
export const PROCESS_METRICS = [
  metric('process_cpu_user_seconds_total', 'counter', 'seconds', 'User CPU time.'),
  metric('process_cpu_system_seconds_total', 'counter', 'seconds', 'System CPU time.'),
  metric('process_cpu_seconds_total', 'counter', 'seconds', 'User and system CPU time.'),
  metric(
    'process_start_time_seconds',
    'gauge',
    'seconds',
    'Start of the process, in seconds since 1970.',
  ),
  metric('process_resident_memory_bytes', 'gauge', 'bytes', 'Resident memory.'),
  metric('process_virtual_memory_bytes', 'gauge', 'bytes', 'Virtual memory (Linux).'),
  metric('process_heap_bytes', 'gauge', 'bytes', 'Heap of the process (Linux).'),
  metric('process_open_fds', 'gauge', 'count', 'Open file descriptors (Linux).'),
  metric('process_max_fds', 'gauge', 'count', 'Limit of file descriptors (Linux).'),
  metric('nodejs_eventloop_lag_seconds', 'gauge', 'seconds', 'Event loop lag during the scrape.'),
  metric(
    'nodejs_eventloop_lag_min_seconds',
    'gauge',
    'seconds',
    'Minimum lag since the last scrape.',
  ),
  metric(
    'nodejs_eventloop_lag_max_seconds',
    'gauge',
    'seconds',
    'Maximum lag since the last scrape.',
  ),
  metric(
    'nodejs_eventloop_lag_mean_seconds',
    'gauge',
    'seconds',
    'Mean lag since the last scrape.',
  ),
  metric(
    'nodejs_eventloop_lag_stddev_seconds',
    'gauge',
    'seconds',
    'Standard deviation of the lag.',
  ),
  metric(
    'nodejs_eventloop_lag_p50_seconds',
    'gauge',
    'seconds',
    'Median lag since the last scrape.',
  ),
  metric('nodejs_eventloop_lag_p90_seconds', 'gauge', 'seconds', '90th percentile of the lag.'),
  metric('nodejs_eventloop_lag_p99_seconds', 'gauge', 'seconds', '99th percentile of the lag.'),
  metric('nodejs_eventloop_utilization_summary', 'summary', 'ratio', 'Busy share, last minute.'),
  metric('nodejs_eventloop_utilization_histogram', 'histogram', 'ratio', 'Busy share per 100 ms.'),
  metric(
    'nodejs_active_resources',
    'gauge',
    'count',
    'Resources that keep the loop alive, by type.',
    ['type'],
  ),
  metric('nodejs_active_resources_total', 'gauge', 'count', 'All active resources.'),
  metric('nodejs_active_handles', 'gauge', 'count', 'libuv handles by class.', ['type']),
  metric('nodejs_active_handles_total', 'gauge', 'count', 'All libuv handles.'),
  metric('nodejs_active_requests', 'gauge', 'count', 'libuv requests by class.', ['type']),
  metric('nodejs_active_requests_total', 'gauge', 'count', 'All libuv requests.'),
  metric('nodejs_heap_size_total_bytes', 'gauge', 'bytes', 'Size of the V8 heap.'),
  metric('nodejs_heap_size_used_bytes', 'gauge', 'bytes', 'Used part of the V8 heap.'),
  metric('nodejs_external_memory_bytes', 'gauge', 'bytes', 'Memory outside the V8 heap.'),
  metric('nodejs_heap_space_size_total_bytes', 'gauge', 'bytes', 'V8 spaces: size.', ['space']),
  metric('nodejs_heap_space_size_used_bytes', 'gauge', 'bytes', 'V8 spaces: used.', ['space']),
  metric('nodejs_heap_space_size_available_bytes', 'gauge', 'bytes', 'V8 spaces: free.', ['space']),
  metric('nodejs_version_info', 'gauge', 'count', 'Always 1; Node.js version in the labels.', [
    'version',
    'major',
    'minor',
    'patch',
  ]),
  metric(
    'nodejs_gc_duration_seconds',
    'histogram',
    'seconds',
    'Duration of garbage collections, by kind.',
    ['kind'],
  ),
] as const;

function metric<Name extends string, const Labels extends readonly string[] = []>(
  name: Name,
  type: ClientMetricDefinition['type'],
  unit: ClientMetricDefinition['unit'],
  help: string,
  labels?: Labels,
): ClientMetricDefinition & { readonly name: Name; readonly labels: readonly Labels[number][] } {
  return { name, type, unit, help, labels: labels ?? [] };
}
