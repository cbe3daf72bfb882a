import { CHANGES } from '../labels.ts';
import type { MetricDefinitions } from '../metric.ts';

/** Every replica of the API reads the same audit log: read them with `max by (change)`. */
export const CHANGE_METRICS = {
  lastChange: {
    name: 'aio_last_change_timestamp_seconds',
    type: 'gauge',
    help: 'When somebody last made such a change, by the audit log; 0 when nobody ever did.',
    unit: 'seconds',
    labels: { change: CHANGES },
    exposedBy: 'api',
  },
} as const satisfies MetricDefinitions;
