import { rate, sum } from '@aio/catalog/promql';
import { selectForeign } from '@aio/catalog/select';
import { draw, lines, type Panel } from '../panel.ts';
import { INTERVAL } from '../queries.ts';

const OF_API = { proxy: 'api' } as const;

/** What HAProxy sees of the replicas of the API; empty where nothing is before it. */
export const BEHIND_THE_PROXY: readonly Panel[] = [
  lines({
    title: 'Replicas in use',
    description:
      'Replicas whose `/ready` answers the proxy. One that is missing has ended, or PostgreSQL is away for it.',
    unit: 'count',
    stacked: true,
    queries: [
      draw(
        sum(selectForeign('haproxy_server_status', { ...OF_API, state: 'UP' }), ['server']),
        '{{server}}',
      ),
    ],
  }),
  lines({
    title: 'Requests by replica',
    description: 'Requests a second that the proxy sent to each.',
    unit: 'requestsPerSecond',
    stacked: true,
    queries: [
      draw(
        sum(rate(selectForeign('haproxy_server_http_responses_total', OF_API), INTERVAL), [
          'server',
        ]),
        '{{server}}',
      ),
    ],
  }),
  lines({
    title: 'What replicas cost',
    description:
      'A second: connections that were tried again, those of them at another replica, requests that ended with a replica (502), and those that none could take (503).',
    unit: 'perSecond',
    queries: [
      draw(
        sum(rate(selectForeign('haproxy_backend_retry_warnings_total', OF_API), INTERVAL)),
        'tried again',
      ),
      draw(
        sum(rate(selectForeign('haproxy_backend_redispatch_warnings_total', OF_API), INTERVAL)),
        'elsewhere',
      ),
      draw(
        sum(rate(selectForeign('haproxy_backend_response_errors_total', OF_API), INTERVAL)),
        'ended with it',
      ),
      draw(
        sum(rate(selectForeign('haproxy_backend_connection_errors_total', OF_API), INTERVAL)),
        'not taken',
      ),
    ],
  }),
];
