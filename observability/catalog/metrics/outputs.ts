import type { MetricDefinitions } from './metric.ts';

export const OUTPUT_METRICS = {
  outputStoreDuration: {
    name: 'aio_output_store_duration_seconds',
    type: 'histogram',
    help: 'Time of a call to the output store, which holds outputs that are too long for their rows. Downloads are timed up to the first byte. `missing`: no such object. `failed`: the store did not answer, or refused.',
    unit: 'seconds',
    labels: {
      operation: ['put', 'get', 'copy', 'list', 'remove'],
      outcome: ['done', 'missing', 'failed'],
    },
    buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10],
    exemplars: false,
    exposedBy: 'both',
    needs: 'output store',
  },
} as const satisfies MetricDefinitions;
