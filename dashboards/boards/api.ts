import { divide, max, rate, sum } from '@aio/slo/promql';
import { bucketsOf, countOf, select, selectProcess } from '@aio/catalog/metrics/select';
import { REQUESTS, SLOS } from '@aio/catalog/objectives/slos';
import { errorBudget } from '@aio/slo/slo';
import { charts } from '@aio/boards/board';
import type { Board } from './shared/board.ts';
import { above } from '@aio/boards/limits';
import { toBoard, tracesAsSlow } from './shared/links.ts';
import { draw, heatmap, lines, stat } from '@aio/boards/panel';
import { INTERVAL, buckets, quantileOf, quantiles, share } from '@aio/boards/queries';
import { TARGET } from './shared/variables.ts';
import { verdict } from './verdict-tiles.ts';
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

const openFiles = selectProcess('process_open_fds', TARGET);
const maxFiles = selectProcess('process_max_fds', TARGET);

const budget = errorBudget(SLOS.apiAvailability);
const fast = SLOS.apiLatency.boundSeconds;
const slow = [tracesAsSlow('aio-api')];

/** Rate, errors and duration of the API. */
export const API: Board = {
  name: 'api',
  description: 'Does the API answer, how fast, and which route does not?',
  next: ['access', 'runs', 'runtime'],
  rows: [
    verdict([
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
        title: 'In flight',
        description:
          'Requests in progress, in all replicas. The number grows when the API slows down.',
        unit: 'count',
        queries: [draw(sum(select('httpRequestsInFlight', TARGET)), 'in flight')],
        limits: above(100, 500),
      }),
    ]),
    charts('Rate and errors', 3, [
      lines({
        title: 'Requests by status',
        description:
          'Requests per second by status class. 4xx are errors of clients, 5xx of AIO. Dropped: connections without an ' +
          'answer, because the API had no more file descriptors.',
        unit: 'requestsPerSecond',
        stacked: true,
        queries: [
          draw(sum(requests, ['status']), '{{status}}'),
          draw(sum(rate(select('httpConnectionsDropped', TARGET), INTERVAL)), 'dropped'),
        ],
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
        absent: 'none',
      }),
    ]),
    charts('Duration', 3, [
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
    charts('Open connections', 3, [
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
        description: 'Open streams of runs.',
        unit: 'count',
        stacked: true,
        queries: [draw(sum(select('httpEventStreams', TARGET)), 'streams')],
      }),
      lines({
        title: 'File descriptors',
        description: 'Share of its limit that each process uses, for connections and files.',
        unit: 'share',
        queries: [
          draw(max(divide(openFiles, maxFiles), ['job', 'instance']), '{{job}} {{instance}}'),
        ],
        limits: above(0.9, null),
      }),
    ]),
    charts('Web UI', 3, WEB_UI),
  ],
};
