import { DURATIONS, QUEUE_TIMES } from './buckets.ts';
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
  workflowRunsEnded: {
    name: 'aio_workflow_runs_ended_total',
    type: 'counter',
    help: 'Runs that ended, by workflow.',
    unit: 'count',
    labels: { workflow: WORKFLOW, outcome: RUN_OUTCOMES },
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
    labels: { workflow: WORKFLOW },
    upTo: 20,
    // Waits for people and timers last for days.
    buckets: [...DURATIONS, 21600, 86400, 604800],
    exemplars: true,
    exposedBy: 'both',
  },
  runTime: {
    name: 'aio_run_unattended_seconds',
    type: 'histogram',
    help: 'As the duration, of runs that succeeded or failed and have no step that waits for a person, an event, a time or another run. The objective counts from this series, which exists from the start of the process.',
    unit: 'seconds',
    labels: {},
    // With the bound of the objective.
    buckets: [...DURATIONS, 75.5].toSorted((a, b) => a - b),
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
