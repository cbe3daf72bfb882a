import { max, rate, sum } from '@aio/slo/promql';
import { selectForeign } from '@aio/catalog/metrics/select';
import { JOURNEY, SLOS } from '@aio/catalog/objectives/slos';
import { errorBudget } from '@aio/slo/slo';
import { charts } from '@aio/boards/board';
import type { Board } from './shared/board.ts';
import { above } from '@aio/boards/limits';
import { draw, lines, stat } from '@aio/boards/panel';
import { INTERVAL } from '@aio/boards/queries';
import { verdict } from './verdict-tiles.ts';

const SINCE = 'Since the load began, as k6 reports it; with several loads, the highest.';
const traffic = { traffic: 'requests' } as const;
const fast = SLOS.apiLatency.boundSeconds;

/** Measurements of a load test. AIO's own figures for the same time are on the other boards. */
export const LOAD_TEST: Board = {
  name: 'loadTest',
  description: 'What does a load test see?',
  next: ['api', 'runs', 'queueAndWorkers'],
  absent: 'no load test',
  rows: [
    verdict([
      stat({
        title: 'Failed requests',
        description: `Share of requests that k6 counted as failed, of the worst route. ${SINCE}`,
        unit: 'share',
        queries: [draw(max(selectForeign('k6_http_req_failed_rate', traffic)), 'failed')],
        limits: above(errorBudget(SLOS.apiAvailability), null),
      }),
      stat({
        title: 'Failed runs',
        description: `Share of runs that failed or did not end in time. ${SINCE}`,
        unit: 'share',
        queries: [draw(max(selectForeign('k6_load_run_failed_rate')), 'failed')],
        limits: above(errorBudget(SLOS.runSuccess), null),
      }),
      stat({
        title: 'Failed checks in a browser',
        description: `Share of browser checks that could not log in, start a run or see its end. ${SINCE}`,
        unit: 'share',
        queries: [draw(max(selectForeign('k6_load_journey_failed_rate')), 'failed')],
        limits: above(errorBudget(JOURNEY), null),
        absent: 'no browser checks',
      }),
      stat({
        title: 'Requests P95',
        description: `Of the slowest route, without event streams. ${SINCE}`,
        unit: 'seconds',
        queries: [draw(max(selectForeign('k6_http_req_duration_p95', traffic)), 'P95')],
        limits: above(fast, null),
      }),
    ]),
    charts('The load', 3, [
      lines({
        title: 'Requests of k6',
        description:
          'Requests per second that k6 sent, by route. Event streams count when they end.',
        unit: 'requestsPerSecond',
        queries: [
          draw(sum(rate(selectForeign('k6_http_reqs_total'), INTERVAL), ['route']), '{{route}}'),
        ],
      }),
      lines({
        title: 'Iterations and steps',
        description:
          'Per second: iterations that k6 started, usually one run each; those it could not start ' +
          'because all virtual users were busy; steps of the runs whose end it saw.',
        unit: 'perSecond',
        queries: [
          draw(sum(rate(selectForeign('k6_iterations_total'), INTERVAL)), 'iterations'),
          draw(sum(rate(selectForeign('k6_dropped_iterations_total'), INTERVAL)), 'dropped'),
          draw(sum(rate(selectForeign('k6_load_steps_total'), INTERVAL)), 'steps'),
        ],
      }),
      lines({
        title: 'Virtual users',
        description:
          'Each is busy from the start of a run to its end. If all are, the load is lower than configured.',
        unit: 'count',
        queries: [
          draw(max(selectForeign('k6_vus')), 'busy'),
          draw(max(selectForeign('k6_vus_max')), 'all'),
        ],
      }),
    ]),
    charts('What clients wait for', 3, [
      lines({
        title: 'Duration of requests, by k6',
        description: `P99 by route, including the network. ${SINCE}`,
        unit: 'seconds',
        queries: [
          draw(max(selectForeign('k6_http_req_duration_p99', traffic), ['route']), '{{route}}'),
        ],
        limits: above(fast, null),
      }),
      lines({
        title: 'Duration of runs, by k6',
        description: `From before the submission until the client learns of the end. ${SINCE}`,
        unit: 'seconds',
        queries: [
          draw(max(selectForeign('k6_load_run_duration_p50')), 'P50'),
          draw(max(selectForeign('k6_load_run_duration_p95')), 'P95'),
          draw(max(selectForeign('k6_load_run_duration_p99')), 'P99'),
        ],
      }),
      lines({
        title: 'Login and run start in a browser',
        description:
          'P95 of the browser check: from the first page to the end of the run, and of its ' +
          `login. ${SINCE}`,
        unit: 'seconds',
        queries: [
          draw(max(selectForeign('k6_load_journey_p95')), 'whole check'),
          draw(max(selectForeign('k6_load_login_p95')), 'login'),
        ],
        limits: above(JOURNEY.boundSeconds, null),
      }),
    ]),
  ],
};
