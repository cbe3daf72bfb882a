import { max, rate, sum } from '@aio/slo/promql';
import { selectForeign } from '@aio/catalog/metrics/select';
import { SLOS } from '@aio/catalog/objectives/slos';
import { errorBudget } from '@aio/slo/slo';
import { charts } from '@aio/boards/board';
import type { Board } from './shared/board.ts';
import { above } from '@aio/boards/limits';
import { draw, lines, stat } from '@aio/boards/panel';
import { INTERVAL } from '@aio/boards/queries';
import { verdict } from './verdict-tiles.ts';

const SINCE = 'Since the load began, as k6 reports it; with several loads, the highest.';
const traffic = { traffic: 'requests' } as const;

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
    ]),
    charts('The load', 2, [
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
        title: 'Duration of runs, by k6',
        description: `From before the submission until the client learns of the end. ${SINCE}`,
        unit: 'seconds',
        queries: [
          draw(max(selectForeign('k6_load_run_duration_p50')), 'P50'),
          draw(max(selectForeign('k6_load_run_duration_p95')), 'P95'),
          draw(max(selectForeign('k6_load_run_duration_p99')), 'P99'),
        ],
      }),
    ]),
  ],
};
