import { orZero, rest } from '@aio/slo/promql';
import { countOf, select } from '@aio/catalog/metrics/select';
import { REQUESTS } from '@aio/catalog/objectives/slos';
import { above } from '@aio/boards/limits';
import { toBoard } from './shared/links.ts';
import { draw, lines, type Panel } from '@aio/boards/panel';
import { perSecond, share } from '@aio/boards/queries';
import { TARGET } from './shared/variables.ts';

/** Without probes, like the objectives. */
const ASKED = { ...TARGET, ...REQUESTS } as const;
const begun = orZero(
  perSecond(countOf('httpRequestDuration', { ...TARGET, route: '/auth/login', status: '302' })),
);
const refused = perSecond(select('logins', { ...TARGET, outcome: 'failed' }));
const back = perSecond(select('logins', { ...TARGET, outcome: ['failed', 'succeeded'] }));

/** Requests that the API refuses. */
export const KEPT_OUT: readonly Panel[] = [
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
  }),
  lines({
    title: 'Refused by reason',
    description:
      'Refused requests per second, by reason. Many bad tokens or roles: a misconfigured ' +
      'client, or an attack.',
    unit: 'perSecond',
    queries: [draw(perSecond(select('accessRefusals', TARGET), ['reason']), '{{reason}}')],
  }),
  lines({
    title: 'Above a limit',
    description:
      'Requests per second refused by a limit: requests of an address, anonymous, login, user or ' +
      'machine (bearer token); or large_reads, large_bodies or event_streams in progress at once.',
    unit: 'requestsPerSecond',
    queries: [draw(perSecond(select('rateLimited', TARGET), ['policy']), '{{policy}}')],
  }),
];

/** Logins in the browser. */
export const WHO_LOGS_IN: readonly Panel[] = [
  lines({
    title: 'Logins',
    description:
      'Logins per second by outcome. `unavailable`: the login service or Redis did not ' +
      'answer.',
    unit: 'perSecond',
    queries: [draw(perSecond(select('logins', TARGET), ['outcome']), '{{outcome}}')],
  }),
  lines({
    title: 'Logins refused',
    description:
      'Share of the logins that returned from the login service and that the API refused.',
    unit: 'share',
    max: 1,
    queries: [draw(share(refused, back), 'refused')],
    limits: above(0.2, 0.5),
  }),
  lines({
    title: 'Logins not finished',
    description:
      'Share of the logins that did not return from the login service. Some users close the ' +
      'page. If all are missing, the login service has a fault.',
    unit: 'share',
    queries: [draw(rest(share(back, begun)), 'not finished')],
    limits: above(0.5, 0.8),
  }),
];

/** The login service, and the Redis that holds sessions and request counts. */
export const WHAT_IT_STANDS_ON: readonly Panel[] = [
  lines({
    title: 'Login service',
    description:
      'Failed requests per second of the API to the login service: for its metadata, for ' +
      'tokens, or for its keys.',
    unit: 'perSecond',
    queries: [draw(perSecond(select('loginServiceErrors', TARGET), ['request']), '{{request}}')],
    limits: above(null, 0.01),
  }),
  lines({
    title: 'Sessions out of reach',
    description: 'Browser requests per second that got 503 because Redis did not answer.',
    unit: 'perSecond',
    queries: [draw(perSecond(select('sessionErrors', TARGET)), 'sessions')],
    limits: above(null, 0.01),
    links: [toBoard('runtime')],
  }),
  lines({
    title: 'Counted without Redis',
    description:
      'Requests per second that one replica counted alone, because it could not reach Redis.',
    unit: 'requestsPerSecond',
    queries: [draw(perSecond(select('rateLimitUnshared', TARGET), ['policy']), '{{policy}}')],
    limits: above(null, 0.001),
    links: [toBoard('runtime')],
  }),
];
