import { QUEUE, WAITING_STATES, WORKFLOW } from './labels.ts';
import type { MetricDefinitions } from './metric.ts';

/** Every API replica reports the same figures: query with `max by (queue)`. */
export const QUEUE_METRICS = {
  queueDepth: {
    name: 'aio_queue_depth',
    type: 'gauge',
    help: 'Queued runs and ready steps that wait for a worker, counted in PostgreSQL.',
    unit: 'count',
    labels: { queue: QUEUE, state: WAITING_STATES },
    exposedBy: 'api',
  },
  queueOldestAge: {
    name: 'aio_queue_oldest_age_seconds',
    type: 'gauge',
    help: 'Age of the oldest ready step or queued run; 0 if none waits.',
    unit: 'seconds',
    labels: { queue: QUEUE },
    exposedBy: 'api',
  },
  queueExpectedWait: {
    name: 'aio_queue_expected_wait_seconds',
    type: 'gauge',
    help: 'Time that a new entry of the queue will wait for a worker: backlog / starts in the last minute. At most 3600; absent while the lane is paused.',
    unit: 'seconds',
    labels: { queue: QUEUE },
    exposedBy: 'api',
  },
  queueStarts: {
    name: 'aio_queue_starts_per_minute',
    type: 'gauge',
    help: 'Runs (`default`) or steps that workers started in the last minute, as they report it.',
    unit: 'count',
    labels: { queue: QUEUE },
    exposedBy: 'api',
  },
  queueWaiting: {
    name: 'aio_queue_waiting_by_workflow',
    type: 'gauge',
    help: 'Queued runs and ready steps by workflow, counted in PostgreSQL.',
    unit: 'count',
    labels: { workflow: WORKFLOW, state: WAITING_STATES },
    exposedBy: 'api',
  },
  queueJobs: {
    name: 'aio_queue_jobs',
    type: 'gauge',
    help: "BullMQ's own counts of jobs: runs in `default`, steps in every other lane.",
    unit: 'count',
    labels: { queue: QUEUE, state: ['waiting', 'active', 'delayed', 'failed'] },
    exposedBy: 'api',
  },
  queueRows: {
    name: 'aio_queue_rows',
    type: 'gauge',
    help: 'Rows in PostgreSQL that should have a job in the queue. `default`: runs that want a worker (`waiting`) or have one (`active`). Other lanes: ready steps and running attempts.',
    unit: 'count',
    labels: { queue: QUEUE, state: ['waiting', 'active'] },
    exposedBy: 'api',
  },
  workersLost: {
    name: 'aio_workers_lost',
    type: 'gauge',
    help: 'Workers that stopped reporting in the last hour without a clean shutdown.',
    unit: 'count',
    labels: {},
    exposedBy: 'api',
  },
} as const satisfies MetricDefinitions;
