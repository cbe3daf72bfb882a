import { orZero, rest, sum } from '@aio/slo/promql';
import { API_BACKENDS, PROXY_ERRORS } from '@aio/catalog/proxy-errors';
import { countOf, select, selectForeign } from '@aio/catalog/metrics/select';
import { REQUESTS } from '@aio/catalog/objectives/slos';
import { charts } from '@aio/boards/board';
import { above } from '@aio/boards/limits';
import { draw, lines, stat } from '@aio/boards/panel';
import { perSecond, share } from '@aio/boards/queries';
import type { Board } from './shared/board.ts';
import { toBoard } from './shared/links.ts';
import { TARGET } from './shared/variables.ts';
import { verdict } from './verdict-tiles.ts';

/** Without probes, like the objectives. */
const ASKED = { ...TARGET, ...REQUESTS } as const;
const begun = orZero(
  perSecond(countOf('httpRequestDuration', { ...TARGET, route: '/auth/login', status: '302' })),
);
const refused = perSecond(select('logins', { ...TARGET, outcome: 'failed' }));
const back = perSecond(select('logins', { ...TARGET, outcome: ['failed', 'succeeded'] }));
const reads = perSecond(select('cacheReads', TARGET), ['cache']);
const found = perSecond(select('cacheReads', { ...TARGET, found: ['memory', 'redis'] }), ['cache']);
const OF_API = { proxy: API_BACKENDS } as const;

/** Who gets in, and what stands before the API: logins, sessions, limits, proxy, caches. */
export const ACCESS: Board = {
  name: 'access',
  description: 'Can people log in, who is refused, and does the proxy reach the API?',
  next: ['api', 'redis'],
  rows: [
    verdict([
      stat({
        title: 'Logins refused',
        description:
          'Share of the logins that returned from the login service and that the API refused.',
        unit: 'share',
        queries: [draw(share(refused, back), 'refused')],
        limits: above(0.2, 0.5),
        absent: 'no logins',
      }),
      stat({
        title: 'Logins not finished',
        description:
          'Share of the logins that did not return from the login service. Some users close the ' +
          'page. If all are missing, the login service has a fault.',
        unit: 'share',
        queries: [draw(rest(share(back, begun)), 'not finished')],
        limits: above(0.5, 0.8),
        absent: 'no logins',
      }),
      stat({
        title: 'Sessions out of reach',
        description: 'Browser requests per second that got 503 because Redis did not answer.',
        unit: 'perSecond',
        queries: [draw(perSecond(select('sessionErrors', TARGET)), 'sessions')],
        limits: above(null, 0.01),
        links: [toBoard('runtime')],
      }),
      stat({
        title: 'Counted without Redis',
        description:
          'Requests per second that one replica counted alone, because it could not reach Redis.',
        unit: 'requestsPerSecond',
        queries: [draw(perSecond(select('rateLimitUnshared', TARGET)), 'requests')],
        limits: above(null, 0.001),
        links: [toBoard('runtime')],
      }),
    ]),
    charts('Logins', 2, [
      lines({
        title: 'Logins',
        description:
          'Logins per second by outcome. `unavailable`: the login service or Redis did not ' +
          'answer.',
        unit: 'perSecond',
        queries: [draw(perSecond(select('logins', TARGET), ['outcome']), '{{outcome}}')],
      }),
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
    ]),
    charts('Refused', 4, [
      lines({
        title: 'Refused',
        description:
          'Requests per second without a valid login (401) or without permission (403), by route.',
        unit: 'requestsPerSecond',
        queries: [
          draw(
            perSecond(countOf('httpRequestDuration', { ...ASKED, status: ['401', '403'] }), [
              'status',
              'route',
            ]),
            '{{status}} {{route}}',
          ),
        ],
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
        links: [toBoard('cost')],
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
    charts('Proxy and caches', 3, [
      lines({
        title: 'Replicas in use',
        description:
          'Replicas that tell the proxy that they reach PostgreSQL. If none does, any that runs gets ' +
          'the requests.',
        unit: 'count',
        stacked: true,
        queries: [
          draw(
            sum(selectForeign('haproxy_server_status', { proxy: 'api', state: 'UP' }), ['server']),
            '{{server}}',
          ),
        ],
        absent: 'no proxy',
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
        title: 'Hit rate',
        description:
          'Share of cache reads with a hit: workflow versions, and board queries that another ' +
          'user just ran. Misses go to PostgreSQL and Prometheus. Few hits for board queries: no ' +
          'two users look at the same board.',
        unit: 'share',
        max: 1,
        queries: [draw(share(found, reads), '{{cache}}')],
        links: [toBoard('redis')],
      }),
    ]),
  ],
};
