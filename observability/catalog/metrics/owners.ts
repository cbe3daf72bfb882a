import { OWNER, OWNER_STATUSES, RUN_OUTCOMES, WAITING_STATES } from '../labels.ts';
import type { MetricDefinitions } from '../metric.ts';

/**
 * What people and machine clients do. Each figure has metrics of its own for them: with the owner as one more label,
 * 100 owners would make a hundred times as many series of every workflow, route and bucket, not 100 more.
 */
export const OWNER_METRICS = {
  ownerRequests: {
    name: 'aio_http_requests_by_owner_total',
    type: 'counter',
    help: 'Requests by who made them, as far as they have signed in; event streams are left out.',
    unit: 'count',
    labels: { owner: OWNER, status: OWNER_STATUSES },
    exposedBy: 'api',
  },
  ownerRunsSubmitted: {
    name: 'aio_runs_submitted_by_owner_total',
    type: 'counter',
    help: 'Runs accepted, by whose they are; a replayed idempotency key is not counted again.',
    unit: 'count',
    labels: { owner: OWNER },
    exposedBy: 'api',
  },
  ownerRunsEnded: {
    name: 'aio_runs_ended_by_owner_total',
    type: 'counter',
    help: 'Runs that ended, by whose they are.',
    unit: 'count',
    labels: { owner: OWNER, outcome: RUN_OUTCOMES },
    exposedBy: 'both',
  },
  ownerLlmCost: {
    name: 'aio_llm_cost_by_owner_usd_total',
    type: 'counter',
    help: 'Cost by the price file, by whose runs caused it; calls of models without a price add nothing.',
    unit: 'usd',
    labels: { owner: OWNER },
    exposedBy: 'worker',
  },
  ownerWaiting: {
    name: 'aio_queue_waiting_by_owner',
    type: 'gauge',
    help: 'What waits for a worker, by whose it is, counted in PostgreSQL; every replica reports the same figure.',
    unit: 'count',
    labels: { owner: OWNER, state: WAITING_STATES },
    exposedBy: 'api',
  },
} as const satisfies MetricDefinitions;
