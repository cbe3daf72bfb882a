import { type Query, divide, orZero, plus, quantile, rate, sum, where } from '@aio/catalog/promql';
import { bucketsOf, countOf, select } from '@aio/catalog/select';
import { REQUESTS } from '@aio/catalog/slos';
import { charts, type Row } from '../board.ts';
import { above } from '../limits.ts';
import { toBoard } from '../links.ts';
import { type PanelQuery, draw, ranking } from '../panel.ts';
import { INTERVAL, quantileOf } from '../queries.ts';
import { TARGET, WORKFLOW } from '../variables.ts';

/**
 * Who calls whom, each from the counts of the caller: those of spans would be of the traces that are kept. The web UI
 * makes a picture of the names, which are `<caller> → <called>`.
 */
const ASKED = { ...TARGET, ...REQUESTS } as const;
const API = { ...TARGET, job: 'api' } as const;
const WORKER = { ...TARGET, job: 'worker' } as const;
const HTTP = { ...TARGET, kind: 'http' } as const;
const BY_PROVIDER = ['provider'] as const;

const requests = (status?: { matches: string }) =>
  sum(rate(countOf('httpRequestDuration', { ...ASKED, ...(status && { status }) }), INTERVAL));
const queries = (from: typeof API | typeof WORKER) =>
  sum(rate(countOf('databaseQueryDuration', from), INTERVAL));
const logins = sum(rate(select('logins', TARGET), INTERVAL));
const loginsLost = sum(rate(select('logins', { ...TARGET, outcome: 'unavailable' }), INTERVAL));
const attempts = sum(rate(select('stepAttempts', TARGET), INTERVAL));
const httpAttempts = sum(rate(select('stepAttempts', HTTP), INTERVAL));
const httpFailed = sum(rate(select('stepAttempts', { ...HTTP, outcome: 'failed' }), INTERVAL));
const llmCalls = sum(rate(countOf('llmRequestDuration', WORKFLOW), INTERVAL), BY_PROVIDER);
const llmFailed = sum(
  rate(countOf('llmRequestDuration', { ...WORKFLOW, outcome: 'failed' }), INTERVAL),
  BY_PROVIDER,
);

/** A share where something is shared, whichever of the two has a series. */
function failed(part: Query, whole: Query): Query {
  return divide(orZero(part), where(whole, '>', 0));
}

const CALLS: readonly PanelQuery[] = [
  draw(requests(), 'clients → API'),
  draw(queries(API), 'API → PostgreSQL'),
  draw(sum(rate(select('runsSubmitted', WORKFLOW), INTERVAL)), 'API → Redis'),
  draw(logins, 'API → Keycloak'),
  draw(plus(sum(rate(select('runClaims', TARGET), INTERVAL)), attempts), 'Redis → workers'),
  draw(queries(WORKER), 'workers → PostgreSQL'),
  draw(httpAttempts, 'workers → HTTP services'),
  draw(llmCalls, 'workers → {{provider}}'),
];

const FAILED: readonly PanelQuery[] = [
  draw(failed(requests({ matches: '5..' }), requests()), 'clients → API'),
  draw(failed(loginsLost, logins), 'API → Keycloak'),
  draw(failed(httpFailed, httpAttempts), 'workers → HTTP services'),
  draw(divide(llmFailed, where(llmCalls, '>', 0)), 'workers → {{provider}}'),
];

const P95: readonly PanelQuery[] = [
  draw(quantileOf(0.95, 'httpRequestDuration', ASKED), 'clients → API'),
  draw(quantileOf(0.95, 'databaseQueryDuration', API), 'API → PostgreSQL'),
  draw(quantileOf(0.95, 'runQueueTime', TARGET), 'Redis → workers'),
  draw(quantileOf(0.95, 'databaseQueryDuration', WORKER), 'workers → PostgreSQL'),
  draw(quantileOf(0.95, 'stepExecution', HTTP), 'workers → HTTP services'),
  draw(
    quantile(
      0.95,
      sum(rate(bucketsOf('llmRequestDuration', WORKFLOW), INTERVAL), ['le', 'provider']),
    ),
    'workers → {{provider}}',
  ),
];

/** The edges of the picture of services, with rate, errors and duration. */
export const SERVICE_EDGES: Row = charts('Who calls whom', 3, [
  ranking({
    title: 'Calls between services',
    description:
      'A second: requests, queries, logins, jobs and attempts. A caller that falls to 0 is stuck, or what it calls is away.',
    unit: 'perSecond',
    queries: CALLS,
  }),
  ranking({
    title: 'Failed calls between services',
    description: 'Share of calls that failed. Queries that fail are failed requests and runs.',
    unit: 'share',
    queries: FAILED,
    limits: above(0.05, 0.25),
    links: [toBoard('runs')],
  }),
  ranking({
    title: 'P95 between services',
    description:
      'Nineteen of twenty calls take no longer. From Redis to the workers it is how long runs wait in the queue.',
    unit: 'seconds',
    queries: P95,
    links: [toBoard('runtime')],
  }),
]);
