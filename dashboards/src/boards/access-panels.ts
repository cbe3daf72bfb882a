import { orZero, rate, rest, sum } from '@aio/catalog/promql';
import { countOf, select } from '@aio/catalog/select';
import { REQUESTS } from '@aio/catalog/slos';
import { above } from '../limits.ts';
import { toBoard } from '../links.ts';
import { draw, lines, type Panel } from '../panel.ts';
import { INTERVAL, share } from '../queries.ts';
import { TARGET } from '../variables.ts';

/** Probes are left out, as they are of the objectives. */
const ASKED = { ...TARGET, ...REQUESTS } as const;
const begun = orZero(
  sum(
    rate(
      countOf('httpRequestDuration', { ...TARGET, route: '/auth/login', status: '302' }),
      INTERVAL,
    ),
  ),
);
const refused = sum(rate(select('logins', { ...TARGET, outcome: 'failed' }), INTERVAL));
const back = sum(rate(select('logins', { ...TARGET, outcome: ['failed', 'succeeded'] }), INTERVAL));

/** Requests that the API turns away. */
export const KEPT_OUT: readonly Panel[] = [
  lines({
    title: 'Refused',
    description:
      'Requests a second of those who are not signed in (401) or may not do it (403), by route.',
    unit: 'requestsPerSecond',
    queries: [
      draw(
        sum(rate(countOf('httpRequestDuration', { ...ASKED, status: ['401', '403'] }), INTERVAL), [
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
      'Requests a second that were not let pass, by reason. Many bad tokens or roles are a client set up wrongly, or somebody trying.',
    unit: 'perSecond',
    queries: [
      draw(sum(rate(select('accessRefusals', TARGET), INTERVAL), ['reason']), '{{reason}}'),
    ],
  }),
  lines({
    title: 'Above a limit',
    description:
      'Requests a second refused with 429: by address, anonymous, login, user, or machine (a bearer token).',
    unit: 'requestsPerSecond',
    queries: [draw(sum(rate(select('rateLimited', TARGET), INTERVAL), ['policy']), '{{policy}}')],
  }),
];

/** Logins of people. */
export const WHO_LOGS_IN: readonly Panel[] = [
  lines({
    title: 'Logins',
    description:
      'Logins a second by how they ended. Unavailable: the login service or Redis did not answer.',
    unit: 'perSecond',
    queries: [draw(sum(rate(select('logins', TARGET), INTERVAL), ['outcome']), '{{outcome}}')],
  }),
  lines({
    title: 'Logins refused',
    description: 'Share of the logins that came back from the login service and were refused.',
    unit: 'share',
    max: 1,
    queries: [draw(share(refused, back), 'refused')],
    limits: above(0.2, 0.5),
  }),
  lines({
    title: 'Logins not finished',
    description:
      'Share of the logins begun that did not come back from the login service. Some close the page; all is a fault there.',
    unit: 'share',
    queries: [draw(rest(share(back, begun)), 'not finished')],
    limits: above(0.5, 0.8),
  }),
];

/** The login service, and the Redis in which sessions and counts are. */
export const WHAT_IT_STANDS_ON: readonly Panel[] = [
  lines({
    title: 'Login service',
    description:
      'Requests of the API a second that it did not answer: where its pages are (metadata), a code for tokens (token), its keys (keys).',
    unit: 'perSecond',
    queries: [
      draw(sum(rate(select('loginServiceErrors', TARGET), INTERVAL), ['request']), '{{request}}'),
    ],
    limits: above(null, 0.01),
  }),
  lines({
    title: 'Sessions out of reach',
    description:
      'Times a second that Redis did not answer for a session of a browser, which gets 503.',
    unit: 'perSecond',
    queries: [draw(sum(rate(select('sessionErrors', TARGET), INTERVAL)), 'sessions')],
    limits: above(null, 0.01),
    links: [toBoard('runtime')],
  }),
  lines({
    title: 'Counted without Redis',
    description:
      'Requests a second that a replica let pass by what it knew alone, since Redis was away.',
    unit: 'requestsPerSecond',
    queries: [
      draw(sum(rate(select('rateLimitUnshared', TARGET), INTERVAL), ['policy']), '{{policy}}'),
    ],
    limits: above(null, 0.001),
    links: [toBoard('runtime')],
  }),
];
