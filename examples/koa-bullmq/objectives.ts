import { defineSlos } from '@aio/slo';
import { METRICS } from './metrics.ts';

/** What the shop promises. */
export const OBJECTIVES = defineSlos(METRICS, ({ countOf, withinBound }) => ({
  requestLatency: {
    title: 'Request latency',
    description: 'Share of requests that are answered within 250 ms.',
    objective: 0.99,
    whyNow: 'Customers wait for their orders.',
    boundSeconds: 0.25,
    good: withinBound('requests', 0.25, { route: { not: '/ready' } }),
    total: countOf('requests', { route: { not: '/ready' } }),
    k6: { metric: 'http_req_duration', tags: { kind: 'order' } },
  },
}));
