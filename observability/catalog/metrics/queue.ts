import { QUEUE, WAITING_STATES, WORKFLOW } from '../labels.ts';
import type { MetricDefinitions } from '../metric.ts';

/** Every replica of the API reports the same figures: read them with `max by (queue)`. */
export const QUEUE_METRICS = {
  queueDepth: {
    name: 'aio_queue_depth',
    type: 'gauge',
    help: 'What waits for a worker, counted in PostgreSQL.',
    unit: 'count',
    labels: { queue: QUEUE, state: WAITING_STATES },
    exposedBy: 'api',
  },
  queueOldestAge: {
    name: 'aio_queue_oldest_age_seconds',
    type: 'gauge',
    help: 'Age of the ready step or queued run that has waited longest; 0 when none waits.',
    unit: 'seconds',
    labels: { queue: QUEUE },
    exposedBy: 'api',
  },
  queueExpectedWait: {
    name: 'aio_queue_expected_wait_seconds',
    type: 'gauge',
    help: 'How long what enters the queue now waits for a worker: what waits, by what workers began in the last minute; 3600 at most, absent while the lane is paused.',
    unit: 'seconds',
    labels: { queue: QUEUE },
    exposedBy: 'api',
  },
  queueWaiting: {
    name: 'aio_queue_waiting_by_workflow',
    type: 'gauge',
    help: 'What waits for a worker, by workflow, counted in PostgreSQL.',
    unit: 'count',
    labels: { workflow: WORKFLOW, state: WAITING_STATES },
    exposedBy: 'api',
  },
  queueJobs: {
    name: 'aio_queue_jobs',
    type: 'gauge',
    help: "BullMQ's own counts of jobs: of runs in `default`, of steps in every other lane.",
    unit: 'count',
    labels: { queue: QUEUE, state: ['waiting', 'active', 'delayed', 'failed'] },
    exposedBy: 'api',
  },
  queueRows: {
    name: 'aio_queue_rows',
    type: 'gauge',
    help: 'Rows of PostgreSQL that each have one job of the queue: in `default` runs that want a worker (`waiting`) or have one (`active`), in every other lane ready steps and attempts under way.',
    unit: 'count',
    labels: { queue: QUEUE, state: ['waiting', 'active'] },
    exposedBy: 'api',
  },
  workersLost: {
    name: 'aio_workers_lost',
    type: 'gauge',
    help: 'Workers that stopped reporting within the last hour and did not shut down in order.',
    unit: 'count',
    labels: {},
    exposedBy: 'api',
  },
} as const satisfies MetricDefinitions;
