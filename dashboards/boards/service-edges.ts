import { plus } from '@aio/slo/promql';
import { bucketsOf, countOf, select } from '@aio/catalog/metrics/select';
import { REQUESTS } from '@aio/catalog/objectives/slos';
import { charts, type Row } from '@aio/boards/board';
import { above } from '@aio/boards/limits';
import { toBoard } from './shared/links.ts';
import { type PanelQuery, draw, ranking } from '@aio/boards/panel';
import { perSecond, quantileOf, share } from '@aio/boards/queries';
import { TARGET, WORKFLOW } from './shared/variables.ts';

/**
 * Calls between services, from the caller's metrics: spans would count only sampled traces. The web UI draws a graph
 * from the names, `<caller> → <called>`.
 */
const ASKED = { ...TARGET, ...REQUESTS } as const;
const API = { ...TARGET, job: 'api' } as const;
const WORKER = { ...TARGET, job: 'worker' } as const;
const HTTP = { ...TARGET, kind: 'http' } as const;
const BY_PROVIDER = ['provider'] as const;

const requests = perSecond(countOf('httpResponses', TARGET));
const requestsFailed = perSecond(countOf('httpResponses', { ...TARGET, status: '5xx' }));
const queries = (from: typeof API | typeof WORKER) =>
  perSecond(countOf('databaseQueryDuration', from));
const logins = perSecond(select('logins', TARGET));
const loginsLost = perSecond(select('logins', { ...TARGET, outcome: 'unavailable' }));
const attempts = perSecond(select('stepAttempts', TARGET));
const httpAttempts = perSecond(select('stepAttempts', HTTP));
const httpFailed = perSecond(select('stepAttempts', { ...HTTP, outcome: 'failed' }));
const llmCalls = perSecond(select('llmCalls', TARGET), BY_PROVIDER);
const llmFailed = perSecond(
  select('llmCalls', { ...TARGET, outcome: ['failed', 'rate_limited'] }),
  BY_PROVIDER,
);

const CALLS: readonly PanelQuery[] = [
  draw(requests, 'clients → API'),
  draw(queries(API), 'API → PostgreSQL'),
  draw(perSecond(select('runsAccepted', TARGET)), 'API → Redis'),
  draw(logins, 'API → Keycloak'),
  draw(plus(perSecond(select('runClaims', TARGET)), attempts), 'Redis → workers'),
  draw(queries(WORKER), 'workers → PostgreSQL'),
  draw(httpAttempts, 'workers → HTTP services'),
  draw(llmCalls, 'workers → {{provider}}'),
];

const FAILED: readonly PanelQuery[] = [
  draw(share(requestsFailed, requests), 'clients → API'),
  draw(share(loginsLost, logins), 'API → Keycloak'),
  draw(share(httpFailed, httpAttempts), 'workers → HTTP services'),
  draw(share(llmFailed, llmCalls), 'workers → {{provider}}'),
];

const P95: readonly PanelQuery[] = [
  draw(quantileOf(0.95, bucketsOf('httpRequestDuration', ASKED)), 'clients → API'),
  draw(quantileOf(0.95, bucketsOf('databaseQueryDuration', API)), 'API → PostgreSQL'),
  draw(quantileOf(0.95, bucketsOf('runQueueTime', TARGET)), 'Redis → workers'),
  draw(quantileOf(0.95, bucketsOf('databaseQueryDuration', WORKER)), 'workers → PostgreSQL'),
  draw(quantileOf(0.95, bucketsOf('stepExecution', HTTP)), 'workers → HTTP services'),
  draw(
    quantileOf(0.95, bucketsOf('genAiDuration', WORKFLOW), ['gen_ai_provider_name']),
    'workers → {{gen_ai_provider_name}}',
  ),
];

/** The edges of the picture of services, with rate, errors and duration. */
export const SERVICE_EDGES: Row = charts('Calls between services', 3, [
  ranking({
    title: 'Calls between services',
    description:
      'Requests, queries, logins, jobs and attempts per second. If a caller falls to 0, it ' +
      'is stuck, or the service that it calls is down.',
    unit: 'perSecond',
    queries: CALLS,
  }),
  ranking({
    title: 'Failed calls between services',
    description: 'Share of calls that failed. Failed queries appear as failed requests and runs.',
    unit: 'share',
    queries: FAILED,
    limits: above(0.05, 0.25),
    links: [toBoard('runs')],
  }),
  ranking({
    title: 'P95 between services',
    description:
      '19 of 20 calls take at most this long. From Redis to the workers: how long runs wait ' +
      'in the queue.',
    unit: 'seconds',
    queries: P95,
    links: [toBoard('runtime')],
  }),
]);
