import { OWNER, OWNER_STATUSES, RUN_OUTCOMES, WAITING_STATES } from './labels.ts';
import type { MetricDefinitions } from './metric.ts';

/**
 * Usage per owner (person or machine client). These are separate metrics: as another label on existing metrics, 100
 * owners would multiply the series of every workflow, route and bucket by 100.
 */
export const OWNER_METRICS = {
  ownerRequests: {
    name: 'aio_http_requests_by_owner_total',
    type: 'counter',
    help: 'Requests by their owner, if authenticated, without event streams.',
    unit: 'count',
    labels: { owner: OWNER, status: OWNER_STATUSES },
    exposedBy: 'api',
  },
  ownerRunsSubmitted: {
    name: 'aio_runs_submitted_by_owner_total',
    type: 'counter',
    help: 'Accepted runs by their owner. A replayed idempotency key does not count again.',
    unit: 'count',
    labels: { owner: OWNER },
    exposedBy: 'api',
  },
  ownerRunsEnded: {
    name: 'aio_runs_ended_by_owner_total',
    type: 'counter',
    help: 'Runs that ended, by their owner.',
    unit: 'count',
    labels: { owner: OWNER, outcome: RUN_OUTCOMES },
    exposedBy: 'both',
  },
  ownerLlmCost: {
    name: 'aio_llm_cost_by_owner_usd_total',
    type: 'counter',
    help: 'Cost according to the price file, by the owner of the runs. Calls of unknown price add nothing.',
    unit: 'usd',
    labels: { owner: OWNER },
    exposedBy: 'worker',
  },
  ownerWaiting: {
    name: 'aio_queue_waiting_by_owner',
    type: 'gauge',
    help: 'Queued runs and ready steps by their owner, counted in PostgreSQL. Every replica reports the same figure.',
    unit: 'count',
    labels: { owner: OWNER, state: WAITING_STATES },
    exposedBy: 'api',
  },
  ownerOldestAge: {
    name: 'aio_queue_oldest_age_by_owner_seconds',
    type: 'gauge',
    help: 'Age of the oldest ready step or queued run of each owner; 0 if none waits. Every replica reports the same figure.',
    unit: 'seconds',
    labels: { owner: OWNER },
    exposedBy: 'api',
  },
} as const satisfies MetricDefinitions;
