import { sum } from '@aio/slo/promql';
import { API_BACKENDS, PROXY_ERRORS } from '@aio/catalog/proxy-errors';
import { selectForeign } from '@aio/catalog/metrics/select';
import { draw, lines, type Panel } from '@aio/boards/panel';
import { perSecond } from '@aio/boards/queries';

const OF_API = { proxy: API_BACKENDS } as const;

/** API replicas as HAProxy sees them. Empty without the proxy. */
export const BEHIND_THE_PROXY: readonly Panel[] = [
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
  }),
  lines({
    title: 'Requests by replica',
    description: 'Requests per second that the proxy sent to each replica.',
    unit: 'requestsPerSecond',
    stacked: true,
    queries: [
      draw(
        perSecond(selectForeign('haproxy_server_http_responses_total', OF_API), ['server']),
        '{{server}}',
      ),
    ],
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
  }),
];
