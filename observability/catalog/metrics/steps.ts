import { QUEUE_TIMES } from '../buckets.ts';
import { ATTEMPT_OUTCOMES, ERROR_TYPE, REFUSED_RANGES, STEP_ENDS, STEP_KINDS } from '../labels.ts';
import type { MetricDefinitions } from '../metric.ts';

export const STEP_METRICS = {
  stepQueueTime: {
    name: 'aio_step_queue_seconds',
    type: 'histogram',
    help: 'Time from ready to started, per attempt; that of a step which waits for no other contains the queue time of the run.',
    unit: 'seconds',
    labels: { kind: STEP_KINDS },
    buckets: QUEUE_TIMES,
    exemplars: true,
    exposedBy: 'worker',
  },
  stepExecution: {
    name: 'aio_step_execution_seconds',
    type: 'histogram',
    help: 'Time from started to finished, waits for timers, people and items included, per attempt; commits are no part of it.',
    unit: 'seconds',
    labels: { kind: STEP_KINDS, outcome: ATTEMPT_OUTCOMES },
    // Delays, approvals and events last for days.
    buckets: [
      0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 600, 3600, 21600,
      86400, 604800,
    ],
    exemplars: true,
    exposedBy: 'worker',
  },
  stepAttempts: {
    name: 'aio_step_attempts_total',
    type: 'counter',
    help: 'Attempts that ended; the API counts those of cancelled runs.',
    unit: 'count',
    labels: { kind: STEP_KINDS, outcome: ATTEMPT_OUTCOMES },
    exposedBy: 'both',
  },
  stepRetries: {
    name: 'aio_step_retries_total',
    type: 'counter',
    help: 'Failed attempts after which another one was scheduled.',
    unit: 'count',
    labels: { kind: STEP_KINDS },
    exposedBy: 'worker',
  },
  stepFailures: {
    name: 'aio_step_failures_total',
    type: 'counter',
    help: 'Failed attempts by the code of the error.',
    unit: 'count',
    labels: { kind: STEP_KINDS, error_type: ERROR_TYPE },
    exposedBy: 'worker',
  },
  stepsFinished: {
    name: 'aio_steps_finished_total',
    type: 'counter',
    help: 'Steps and map items that reached a terminal state; the API counts those of cancelled runs.',
    unit: 'count',
    labels: { kind: STEP_KINDS, status: STEP_ENDS },
    exposedBy: 'both',
  },
  poisonSteps: {
    name: 'aio_poison_steps_total',
    type: 'counter',
    help: 'Steps and runs failed for good because workers kept dying with them.',
    unit: 'count',
    labels: {},
    exposedBy: 'worker',
  },
  addressesRefused: {
    name: 'aio_step_addresses_refused_total',
    type: 'counter',
    help: 'Calls of http steps that were not made, since they led to an address that is not public.',
    unit: 'count',
    labels: { range: REFUSED_RANGES },
    exposedBy: 'worker',
  },
} as const satisfies MetricDefinitions;
