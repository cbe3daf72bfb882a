import { rate, sum } from '@aio/slo/promql';
import { bucketsOf, countOf, select } from '@aio/catalog/metrics/select';
import { REQUESTS, SLOS } from '@aio/catalog/objectives/slos';
import { errorBudget } from '@aio/slo/slo';
import { charts, figures } from '@aio/boards/board';
import type { Board } from './shared/board.ts';
import { above } from '@aio/boards/limits';
import { toBoard, tracesAsSlow } from './shared/links.ts';
import { draw, heatmap, lines, ranking, stat } from '@aio/boards/panel';
import {
  INTERVAL,
  buckets,
  perSecond,
  quantileOf,
  quantiles,
  share,
  topTen,
} from '@aio/boards/queries';
import { TARGET } from './shared/variables.ts';
import { verdict } from './verdict-tiles.ts';
import { KEPT_OUT, WHAT_IT_STANDS_ON, WHO_LOGS_IN } from './access-panels.ts';
import { BEHIND_THE_PROXY } from './proxy-panels.ts';
import { WEB_UI } from './web-panels.ts';

/** Without probes, like the objectives. */
const ASKED = { ...TARGET, ...REQUESTS } as const;
const requests = rate(countOf('httpResponses', TARGET), INTERVAL);
const failures = rate(countOf('httpResponses', { ...TARGET, status: '5xx' }), INTERVAL);
const ofRoutes = rate(countOf('httpRequestDuration', ASKED), INTERVAL);
const failuresOfRoutes = rate(
  countOf('httpRequestDuration', { ...ASKED, status: { matches: '5..' } }),
  INTERVAL,
);

const budget = errorBudget(SLOS.apiAvailability);
const fast = SLOS.apiLatency.boundSeconds;
const slow = [tracesAsSlow('aio-api')];
const reads = perSecond(select('cacheReads', TARGET), ['cache']);
const found = perSecond(select('cacheReads', { ...TARGET, found: ['memory', 'redis'] }), ['cache']);

/** Rate, errors and duration of the API. */
export const API: Board = {
  name: 'api',
  description: 'Does the API answer, how fast, and which route does not?',
  next: ['runs', 'runtime'],
  rows: [
    verdict('api', 6, [
      stat({
        title: 'Error rate',
        description:
          'Share of requests with a server error (5xx). Above the budget, the objective is ' +
          'missed.',
        unit: 'share',
        queries: [draw(share(sum(failures), sum(requests)), 'errors')],
        limits: above(budget, budget * 10),
        links: [toBoard('overview')],
      }),
      stat({
        title: 'P99',
        description: 'One request in a hundred takes longer; the objective is at the amber limit.',
        unit: 'seconds',
        queries: [draw(quantileOf(0.99, bucketsOf('httpRequestDuration', ASKED)), 'P99')],
        limits: above(fast, 1),
      }),
      stat({
        title: 'In flight',
        description:
          'Requests in progress, in all replicas. The number grows when the API slows down.',
        unit: 'count',
        queries: [draw(sum(select('httpRequestsInFlight', TARGET)), 'in flight')],
        limits: above(100, 500),
      }),
    ]),
    figures('Now', [
      stat({
        title: 'Requests',
        description: 'Requests per second, without probes and event streams.',
        unit: 'requestsPerSecond',
        queries: [draw(sum(requests), 'requests')],
      }),
      stat({
        title: 'P50',
        description: 'Half of the requests take no longer.',
        unit: 'seconds',
        queries: [draw(quantileOf(0.5, bucketsOf('httpRequestDuration', ASKED)), 'P50')],
        limits: above(fast, null),
      }),
      stat({
        title: 'Streams open',
        description: 'Open event streams (SSE). Each holds a connection.',
        unit: 'count',
        queries: [draw(sum(select('httpEventStreams', TARGET)), 'streams')],
      }),
    ]),
    charts('Rate and errors', 3, [
      lines({
        title: 'Requests by status',
        description: 'Requests per second by status class. 4xx are errors of clients, 5xx of AIO.',
        unit: 'requestsPerSecond',
        stacked: true,
        queries: [draw(sum(requests, ['status']), '{{status}}')],
      }),
      lines({
        title: 'Requests by route',
        description: 'Requests per second. `unmatched`: paths that the API does not have.',
        unit: 'requestsPerSecond',
        stacked: true,
        queries: [draw(sum(ofRoutes, ['method', 'route']), '{{method}} {{route}}')],
      }),
      lines({
        title: 'Server errors by route',
        description: 'Requests per second with a 5xx. Empty if there were none.',
        unit: 'requestsPerSecond',
        queries: [draw(sum(failuresOfRoutes, ['route', 'status']), '{{status}} {{route}}')],
        links: [toBoard('runtime')],
      }),
    ]),
    charts('Duration', 2, [
      lines({
        title: 'Latency',
        description:
          'Time from a request to the end of its response. Dots open the trace of a request.',
        unit: 'seconds',
        queries: quantiles(bucketsOf('httpRequestDuration', ASKED)),
        limits: above(fast, null),
        pointLinks: slow,
      }),
      heatmap({
        title: 'Latency, all requests',
        description: 'How many requests took how long. Two bands: two kinds of requests.',
        unit: 'seconds',
        queries: [buckets(bucketsOf('httpRequestDuration', ASKED))],
      }),
    ]),
    charts('Routes', 2, [
      ranking({
        title: 'Slowest routes',
        description: 'The ten routes with the highest P95 now.',
        unit: 'seconds',
        queries: [
          draw(
            topTen(quantileOf(0.95, bucketsOf('httpRequestDuration', ASKED), ['method', 'route'])),
            '{{method}} {{route}}',
          ),
        ],
        limits: above(fast, 1),
      }),
      lines({
        title: 'P95 by route',
        description: 'Which route became slow, and since when.',
        unit: 'seconds',
        queries: [
          draw(quantileOf(0.95, bucketsOf('httpRequestDuration', ASKED), ['route']), '{{route}}'),
        ],
        pointLinks: slow,
      }),
    ]),
    charts('Web UI', 2, WEB_UI),
    charts('Logins', 3, WHO_LOGS_IN),
    charts('Login service and sessions', 3, WHAT_IT_STANDS_ON),
    charts('Refused requests', 3, KEPT_OUT),
    charts('Caches', 2, [
      lines({
        title: 'Hit rate',
        description:
          'Share of cache reads with a hit: workflow versions, and board queries that another ' +
          'user just ran. Misses go to PostgreSQL and Prometheus. Few hits for board queries: no ' +
          'two users look at the same board.',
        unit: 'share',
        queries: [draw(share(found, reads), '{{cache}}')],
      }),
      lines({
        title: 'Cache reads',
        description: 'Reads per second, by where the value was found.',
        unit: 'perSecond',
        queries: [
          draw(perSecond(select('cacheReads', TARGET), ['cache', 'found']), '{{cache}}: {{found}}'),
        ],
        links: [toBoard('redis')],
      }),
    ]),
    charts('Behind the proxy', 3, BEHIND_THE_PROXY),
    charts('Open connections', 2, [
      lines({
        title: 'In flight by replica',
        description:
          'Requests in progress. If one replica stands out, it is stuck or gets more load.',
        unit: 'count',
        queries: [draw(sum(select('httpRequestsInFlight', TARGET), ['instance']), '{{instance}}')],
        links: [toBoard('runtime')],
      }),
      lines({
        title: 'Event streams',
        description: 'Open streams: of one run (`run`), or of the list of runs (`runs`).',
        unit: 'count',
        stacked: true,
        queries: [draw(sum(select('httpEventStreams', TARGET), ['stream']), '{{stream}}')],
      }),
    ]),
  ],
};
