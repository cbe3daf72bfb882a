import { CHANGES } from './labels.ts';
import type { MetricDefinitions } from './metric.ts';

/** Every API replica reports the same audit log: query with `max by (change)`. */
export const CHANGE_METRICS = {
  lastChange: {
    name: 'aio_last_change_timestamp_seconds',
    type: 'gauge',
    help: 'Time of the last change of this kind in the audit log, in seconds since 1970; 0 if there was none.',
    unit: 'seconds',
    labels: { change: CHANGES },
    exposedBy: 'api',
  },
} as const satisfies MetricDefinitions;
