import { eventsPerSecond } from '@aio/slo/events-per-second';
import { minus } from '@aio/slo/promql';
import { type Query, type Series } from '@aio/slo/query';
import { selectForeign } from './metrics/select.ts';
import type { Duration } from '@aio/slo/duration';

/** Name of the recorded `countProxyErrors`. */
export const PROXY_ERRORS_NAME = 'slo:proxy_errors:rate1m';
/** 5xx per second that the proxy answered itself; absent without the proxy. */
export const PROXY_ERRORS: Series = { promql: PROXY_ERRORS_NAME, labels: [], isSeries: true };

/** Backends of `services/proxy/haproxy.cfg`. */
export const API_BACKENDS = ['api', 'api-alive'] as const;
const PROBE_BACKENDS = ['probes', 'probes-alive'] as const;
const ERRORS = { code: '5xx' } as const;

/** 5xx of the proxy's frontend, less those of the APIs behind it and of probes. */
export function countProxyErrors(range: Duration): Query {
  const [all, ofApis, ofProbes] = [
    selectForeign('haproxy_frontend_http_responses_total', { proxy: 'public', ...ERRORS }),
    selectForeign('haproxy_server_http_responses_total', { proxy: API_BACKENDS, ...ERRORS }),
    selectForeign('haproxy_backend_http_responses_total', { proxy: PROBE_BACKENDS, ...ERRORS }),
  ];
  const count = (series: Series<string>) => eventsPerSecond(series, range);
  return minus(minus(count(all), count(ofApis)), count(ofProbes));
}
