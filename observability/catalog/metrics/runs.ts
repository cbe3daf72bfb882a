import { QUEUE_TIMES } from './buckets.ts';
import { RUN_OUTCOMES, WORKFLOW } from './labels.ts';
import type { MetricDefinitions } from './metric.ts';

export const RUN_METRICS = {
  runsSubmitted: {
    name: 'aio_runs_submitted_total',
    type: 'counter',
    help: 'Accepted runs. A replayed idempotency key does not count again.',
    unit: 'count',
    labels: { workflow: WORKFLOW },
    exposedBy: 'api',
  },
  runsAccepted: {
    name: 'aio_runs_accepted_total',
    type: 'counter',
    help: 'Accepted runs of all workflows. This series exists from the start of the process.',
    unit: 'count',
    labels: {},
    exposedBy: 'api',
  },
  runsEnded: {
    name: 'aio_runs_ended_total',
    type: 'counter',
    help: 'Runs of all workflows that ended. Objectives count from these series, which exist from the start of the process.',
    unit: 'count',
    labels: { outcome: RUN_OUTCOMES },
    exposedBy: 'both',
  },
  runQueueTime: {
    name: 'aio_run_queue_seconds',
    type: 'histogram',
    help: 'Time from acceptance until a worker first claims the run. `begins_with`: `lane` if one of the first steps uses a lane, else `inline`.',
    unit: 'seconds',
    labels: { begins_with: ['lane', 'inline'] },
    buckets: QUEUE_TIMES,
    exemplars: true,
    exposedBy: 'worker',
  },
  runDuration: {
    name: 'aio_run_duration_seconds',
    type: 'histogram',
    help: 'Time from acceptance to the terminal state, on the clock of the database.',
    unit: 'seconds',
    labels: { workflow: WORKFLOW, outcome: RUN_OUTCOMES },
    // Few buckets, because there are many workflows. Up to a minute, each is at most twice the previous one.
    buckets: [
      0.05, 0.1, 0.2, 0.35, 0.6, 1.05, 1.8, 3.1, 5.5, 10.5, 20.5, 40.5, 75.5, 300, 900, 3600, 21600,
      86400, 604800,
    ],
    exemplars: true,
    exposedBy: 'both',
  },
  runTime: {
    name: 'aio_run_unattended_seconds',
    type: 'histogram',
    help: 'As the duration, of runs that succeeded or failed and have no step that waits for a person, an event, a time or another run. The objective counts from this series, which exists from the start of the process.',
    unit: 'seconds',
    labels: {},
    // In steps of at most a quarter near the objective.
    buckets: [1.05, 5.5, 15.5, 31.5, 39, 48.5, 60.5, 75.5, 94, 117, 146, 182, 600, 3600],
    exemplars: true,
    exposedBy: 'worker',
  },
  activeRuns: {
    name: 'aio_active_runs',
    type: 'gauge',
    help: 'Runs that have started and not ended. Every replica reports the same figure.',
    unit: 'count',
    labels: { state: ['running', 'waiting'] },
    exposedBy: 'api',
  },
  stuckRuns: {
    name: 'aio_stuck_runs',
    type: 'gauge',
    help: 'Started runs that want a worker (`unclaimed`), have an expired lease or are past their time limit (`overdue`) for over a minute.',
    unit: 'count',
    labels: { reason: ['unclaimed', 'lease_expired', 'overdue'] },
    exposedBy: 'api',
  },
} as const satisfies MetricDefinitions;
