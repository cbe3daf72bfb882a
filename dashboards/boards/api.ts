import { divide, max, quantile, rate, sum } from '@aio/slo/promql';
import { API_BACKENDS, PROXY_ERRORS } from '@aio/catalog/proxy-errors';
import {
  bucketsOf,
  countOf,
  select,
  selectForeign,
  selectProcess,
} from '@aio/catalog/metrics/select';
import { REQUESTS, SLOS } from '@aio/catalog/objectives/slos';
import { errorBudget } from '@aio/slo/slo';
import { charts } from '@aio/boards/board';
import type { Board } from './shared/board.ts';
import { above } from '@aio/boards/limits';
import { toBoard, tracesAsSlow } from './shared/links.ts';
import { draw, heatmap, lines, stat } from '@aio/boards/panel';
import { INTERVAL, buckets, perSecond, quantiles, share } from '@aio/boards/queries';
import { TARGET } from './shared/variables.ts';
import { verdict } from './verdict-tiles.ts';

/** Without probes, like the objectives. */
const ASKED = { ...TARGET, ...REQUESTS } as const;
const requests = rate(countOf('httpResponses', TARGET), INTERVAL);
const failures = rate(countOf('httpResponses', { ...TARGET, status: '5xx' }), INTERVAL);
const failuresOfRoutes = perSecond(
  countOf('httpRequestDuration', { ...ASKED, status: { matches: '5..' } }),
  ['route', 'status'],
);
const refusedLogins = perSecond(select('logins', { ...TARGET, outcome: 'failed' }));
const endedLogins = perSecond(select('logins', { ...TARGET, outcome: ['failed', 'succeeded'] }));
const openFiles = selectProcess('process_open_fds', TARGET);
const maxFiles = selectProcess('process_max_fds', TARGET);
const OF_API = { proxy: API_BACKENDS } as const;

const budget = errorBudget(SLOS.apiAvailability);

/** Rate, errors and duration of the API, and who gets in. */
export const API: Board = {
  name: 'api',
  description: 'Does the API answer, how fast, can people log in, and who is refused?',
  next: ['runs', 'runtime'],
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
        title: 'Logins refused',
        description:
          'Share of the logins that returned from the login service and that the API refused.',
        unit: 'share',
        queries: [draw(share(refusedLogins, endedLogins), 'refused')],
        limits: above(0.2, 0.5),
        absent: 'no logins',
      }),
    ]),
    charts('Requests', 4, [
      lines({
        title: 'Requests by status',
        description:
          'Requests per second by status class. 4xx are errors of clients, 5xx of AIO. Dropped: connections without an ' +
          'answer, because the API had no more file descriptors.',
        unit: 'requestsPerSecond',
        stacked: true,
        queries: [
          draw(sum(requests, ['status']), '{{status}}'),
          draw(perSecond(select('httpConnectionsDropped', TARGET)), 'dropped'),
        ],
      }),
      lines({
        title: 'Server errors by route',
        description: 'Requests per second with a 5xx. Empty if there were none.',
        unit: 'requestsPerSecond',
        queries: [draw(failuresOfRoutes, '{{status}} {{route}}')],
        links: [toBoard('runtime')],
        absent: 'none',
      }),
      lines({
        title: 'Retries and proxy errors',
        description:
          'Per second: requests that the proxy answered itself, retried connections, retries at another replica, requests that a replica broke off (502), and requests that no replica could take (503).',
        unit: 'perSecond',
        queries: [
          draw(PROXY_ERRORS, 'answered itself (5xx)'),
          draw(perSecond(selectForeign('haproxy_backend_retry_warnings_total', OF_API)), 'retried'),
          draw(
            perSecond(selectForeign('haproxy_backend_redispatch_warnings_total', OF_API)),
            'at another replica',
          ),
          draw(
            perSecond(selectForeign('haproxy_backend_response_errors_total', OF_API)),
            'broken off (502)',
          ),
          draw(
            perSecond(selectForeign('haproxy_backend_connection_errors_total', OF_API)),
            'no replica (503)',
          ),
        ],
        absent: 'no proxy',
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
    charts('Duration', 3, [
      lines({
        title: 'Latency',
        description:
          'Time from a request to the end of its response. Dots open the trace of a request.',
        unit: 'seconds',
        queries: quantiles(bucketsOf('httpRequestDuration', ASKED)),
        limits: above(SLOS.apiLatency.boundSeconds, null),
        pointLinks: [tracesAsSlow('aio-api')],
      }),
      heatmap({
        title: 'Latency, all requests',
        description: 'How many requests took how long. Two bands: two kinds of requests.',
        unit: 'seconds',
        queries: [buckets(bucketsOf('httpRequestDuration', ASKED))],
      }),
      lines({
        title: 'Pages: largest paint (LCP)',
        description:
          'P75 of the time from a navigation until the largest element of a page of the web UI is ' +
          'drawn. Browsers report when a page is hidden, so the last minutes are missing.',
        unit: 'seconds',
        queries: [
          draw(
            quantile(
              0.75,
              perSecond(bucketsOf('webLargestContentfulPaint', TARGET), ['le', 'route']),
            ),
            '{{route}}',
          ),
        ],
        // Of the Core Web Vitals.
        limits: above(2.5, 4),
      }),
    ]),
    charts('Access', 4, [
      lines({
        title: 'Login service',
        description:
          'Failed requests per second of the API to the login service: for its metadata, for ' +
          'tokens, or for its keys.',
        unit: 'perSecond',
        queries: [
          draw(perSecond(select('loginServiceErrors', TARGET), ['request']), '{{request}}'),
        ],
        limits: above(null, 0.01),
        absent: 'none',
      }),
      lines({
        title: 'Refused by reason',
        description:
          'Refused requests per second, by reason, and all with a token. Many bad tokens or roles: a ' +
          'misconfigured client, or an attack; most tokens: the keys of the login service.',
        unit: 'perSecond',
        queries: [
          draw(perSecond(select('accessRefusals', TARGET), ['reason']), '{{reason}}'),
          draw(perSecond(select('tokenRequests', TARGET)), 'all with a token'),
        ],
        absent: 'none',
      }),
      lines({
        title: 'Above a limit',
        description:
          'Requests per second refused by a limit: requests of an address, anonymous, login, user or ' +
          'machine (bearer token); or large_reads, large_bodies or event_streams in progress at once.',
        unit: 'requestsPerSecond',
        queries: [draw(perSecond(select('rateLimited', TARGET), ['policy']), '{{policy}}')],
        absent: 'none',
        links: [toBoard('queueAndWorkers')],
      }),
      lines({
        title: 'Addresses refused',
        description:
          'Calls of http steps per second that workers refused, because the address is not ' +
          'public.',
        unit: 'perSecond',
        queries: [draw(perSecond(select('addressesRefused', TARGET), ['range']), '{{range}}')],
        absent: 'none',
      }),
    ]),
  ],
};
