import { max, rate, sum } from '@aio/slo/promql';
import { bucketsOf, countOf, select, selectForeign } from '@aio/catalog/metrics/select';
import { LANE_KINDS } from '@aio/catalog/metrics/labels';
import { JOURNEY, REQUESTS, SLOS } from '@aio/catalog/objectives/slos';
import { errorBudget } from '@aio/slo/slo';
import { charts, figures } from '@aio/boards/board';
import type { Board } from './shared/board.ts';
import { above } from '@aio/boards/limits';
import { toBoard, tracesAsSlow } from './shared/links.ts';
import { draw, lines, stat } from '@aio/boards/panel';
import { INTERVAL, quantileOf, quantiles } from '@aio/boards/queries';
import { TARGET, WORKFLOW } from './shared/variables.ts';
import { verdict } from './verdict-tiles.ts';

const SINCE = 'Since the load began, as k6 reports it; with several loads, the highest.';
const ASKED = { ...TARGET, ...REQUESTS } as const;
const traffic = { traffic: 'requests' } as const;
const fast = SLOS.apiLatency.boundSeconds;
/** Steps with a lane, which wait for a slot. */
const LANES = { ...TARGET, kind: LANE_KINDS } as const;
const soon = SLOS.queueTime.boundSeconds;

/** Measurements of a load test, next to AIO's own figures for the same time. */
export const LOAD_TEST: Board = {
  name: 'loadTest',
  description: 'What does a load test see, and does AIO report the same?',
  next: ['api', 'runs', 'queueAndWorkers'],
  rows: [
    verdict('loadTest', 6, [
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
        title: 'Requests P95',
        description: `Of the slowest route, without event streams. ${SINCE}`,
        unit: 'seconds',
        queries: [draw(max(selectForeign('k6_http_req_duration_p95', traffic)), 'P95')],
        limits: above(fast, null),
      }),
    ]),
    figures('The load', [
      stat({
        title: 'Virtual users',
        description:
          'Virtual users of k6. Each is busy from the start of a run to its end. k6 may add more.',
        unit: 'count',
        queries: [draw(max(selectForeign('k6_vus_max')), 'users')],
      }),
      stat({
        title: 'Iterations started',
        description: 'Iterations that k6 started per second, usually one run each.',
        unit: 'perSecond',
        queries: [draw(sum(rate(selectForeign('k6_iterations_total'), INTERVAL)), 'started')],
      }),
      stat({
        title: 'Runs P95 of clients',
        description: `From before the submission until the client learns of the end. ${SINCE}`,
        unit: 'seconds',
        queries: [draw(max(selectForeign('k6_load_run_duration_p95')), 'P95')],
      }),
    ]),
    charts('Requests', 2, [
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
        title: 'Requests of the API',
        description: "Requests per second that the API answered, by route. Not only k6's.",
        unit: 'requestsPerSecond',
        queries: [
          draw(sum(rate(countOf('httpRequestDuration', ASKED), INTERVAL), ['route']), '{{route}}'),
        ],
        links: [toBoard('api')],
      }),
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
        title: 'Duration of requests, by the API',
        description: "Last minutes, on the API's clock. Dots open the trace.",
        unit: 'seconds',
        queries: quantiles(bucketsOf('httpRequestDuration', ASKED)),
        limits: above(fast, null),
        links: [toBoard('api')],
        pointLinks: [tracesAsSlow('aio-api')],
      }),
    ]),
    charts('Runs', 2, [
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
        title: 'Duration of runs, by the workers',
        description: 'From acceptance to the end, last minutes. Dots open the trace.',
        unit: 'seconds',
        queries: quantiles(bucketsOf('runDuration', WORKFLOW)),
        links: [toBoard('runs')],
        pointLinks: [tracesAsSlow('aio-worker')],
      }),
      lines({
        title: 'Steps of k6',
        description: 'Steps per second of the runs whose end k6 saw, counted at that moment.',
        unit: 'perSecond',
        queries: [draw(sum(rate(selectForeign('k6_load_steps_total'), INTERVAL)), 'steps')],
      }),
      lines({
        title: 'Steps of the workers',
        description: 'Steps that ended per second.',
        unit: 'perSecond',
        queries: [
          draw(sum(rate(select('stepsFinished', TARGET), INTERVAL), ['status']), '{{status}}'),
        ],
        links: [toBoard('steps')],
      }),
    ]),
    charts('In a browser', 2, [
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
      lines({
        title: 'Checks in a browser that failed',
        description: `Share of browser checks that could not log in, start a run or see its end. ${SINCE}`,
        unit: 'share',
        queries: [draw(max(selectForeign('k6_load_journey_failed_rate')), 'failed')],
        limits: above(errorBudget(JOURNEY), null),
      }),
    ]),
    charts('Queues', 3, [
      lines({
        title: 'Queue time P99',
        description:
          'Lane steps, from ready to started: as workers measure it, and as k6 reads it from the ' +
          `runs. ${SINCE}`,
        unit: 'seconds',
        queries: [
          draw(quantileOf(0.99, bucketsOf('stepQueueTime', LANES)), 'workers', { exemplar: true }),
          draw(max(selectForeign('k6_load_queue_time_p99')), 'k6'),
        ],
        limits: above(soon, null),
        links: [toBoard('queueAndWorkers')],
      }),
      lines({
        title: 'Waiting for workers',
        description:
          'Queued runs and ready steps. If they grow, more work arrives than workers finish.',
        unit: 'count',
        queries: [
          draw(sum(max(select('queueDepth', TARGET), ['queue', 'state']), ['state']), '{{state}}'),
        ],
        links: [toBoard('queueAndWorkers')],
      }),
      lines({
        title: 'Active runs',
        description: 'Runs that have started and not ended.',
        unit: 'count',
        queries: [draw(max(select('activeRuns', TARGET), ['state']), '{{state}}')],
        links: [toBoard('runs')],
      }),
    ]),
    charts('Counters of k6', 3, [
      lines({
        title: 'Dropped',
        description:
          'Iterations per second that k6 could not start because all virtual users were busy: ' +
          'the load was lower than configured. No data: none was dropped.',
        unit: 'perSecond',
        queries: [
          draw(sum(rate(selectForeign('k6_dropped_iterations_total'), INTERVAL)), 'dropped'),
        ],
      }),
      lines({
        title: 'Busy virtual users',
        description:
          'Virtual users that wait for a response or a run. Divide by the rate for the time that ' +
          'takes.',
        unit: 'count',
        queries: [draw(max(selectForeign('k6_vus')), 'busy')],
      }),
      lines({
        title: 'Execution P95 of k6',
        description: `Attempts by step kind, from the runs that k6 read. ${SINCE}`,
        unit: 'seconds',
        queries: [draw(max(selectForeign('k6_load_step_execution_p95'), ['kind']), '{{kind}}')],
      }),
    ]),
  ],
};
