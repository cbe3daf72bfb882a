import { max, rate, sum } from '@aio/catalog/promql';
import { countOf, select, selectForeign } from '@aio/catalog/select';
import { LANE_KINDS } from '@aio/catalog/labels';
import { JOURNEY, REQUESTS, SLOS, errorBudget } from '@aio/catalog/slos';
import { type Board, charts, figures } from '../board.ts';
import { above } from '../limits.ts';
import { toBoard, tracesAsSlow } from '../links.ts';
import { draw, lines, stat } from '../panel.ts';
import { INTERVAL, quantileOf, quantiles } from '../queries.ts';
import { TARGET, WORKFLOW } from '../variables.ts';
import { verdict } from './verdict-tiles.ts';

const SINCE = 'Since the load began, as k6 writes it; the greatest where several loads run.';
const ASKED = { ...TARGET, ...REQUESTS } as const;
const traffic = { traffic: 'requests' } as const;
const fast = SLOS.apiLatency.boundSeconds;
/** Steps that wait for a slot. */
const LANES = { ...TARGET, kind: LANE_KINDS } as const;
const soon = SLOS.queueTime.boundSeconds;

/** What a load test sees from without, and beside it what the product says of the same time. */
export const LOAD_TEST: Board = {
  name: 'loadTest',
  description: 'What does a load test see, and does the product say the same of itself?',
  next: ['api', 'runs', 'queueAndWorkers'],
  rows: [
    verdict('loadTest', 6, [
      stat({
        title: 'Failed requests',
        description: `Share of requests that k6 counted as failed, by route the worst. ${SINCE}`,
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
        description: `Of the slowest route; streams do not count. ${SINCE}`,
        unit: 'seconds',
        queries: [draw(max(selectForeign('k6_http_req_duration_p95', traffic)), 'P95')],
        limits: above(fast, null),
      }),
    ]),
    figures('The load', [
      stat({
        title: 'Virtual users',
        description: 'Clients of k6; each is busy from a run to its end, and they may become more.',
        unit: 'count',
        queries: [draw(max(selectForeign('k6_vus_max')), 'users')],
      }),
      stat({
        title: 'Begun',
        description: 'Iterations that k6 began a second: mostly a run each.',
        unit: 'perSecond',
        queries: [draw(sum(rate(selectForeign('k6_iterations_total'), INTERVAL)), 'begun')],
      }),
      stat({
        title: 'Runs P95 of clients',
        description: `From before the submission to the news of the end. ${SINCE}`,
        unit: 'seconds',
        queries: [draw(max(selectForeign('k6_load_run_duration_p95')), 'P95')],
      }),
    ]),
    charts('Requests', 2, [
      lines({
        title: 'Requests of k6',
        description: 'Requests a second that k6 sent, by route; streams count when they end.',
        unit: 'requestsPerSecond',
        queries: [
          draw(sum(rate(selectForeign('k6_http_reqs_total'), INTERVAL), ['route']), '{{route}}'),
        ],
      }),
      lines({
        title: 'Requests of the API',
        description: 'Requests a second that the API answered, by route; not those of k6 alone.',
        unit: 'requestsPerSecond',
        queries: [
          draw(sum(rate(countOf('httpRequestDuration', ASKED), INTERVAL), ['route']), '{{route}}'),
        ],
        links: [toBoard('api')],
      }),
      lines({
        title: 'Duration of requests, by k6',
        description: `P99 by route, the way there and back included. ${SINCE}`,
        unit: 'seconds',
        queries: [
          draw(max(selectForeign('k6_http_req_duration_p99', traffic), ['route']), '{{route}}'),
        ],
        limits: above(fast, null),
      }),
      lines({
        title: 'Duration of requests, by the API',
        description: 'Of the last minutes, by its own clock. Dots open the trace.',
        unit: 'seconds',
        queries: quantiles('httpRequestDuration', ASKED),
        limits: above(fast, null),
        links: [toBoard('api')],
        pointLinks: [tracesAsSlow('aio-api')],
      }),
    ]),
    charts('Runs', 2, [
      lines({
        title: 'Duration of runs, by k6',
        description: `From before the submission to the news of the end. ${SINCE}`,
        unit: 'seconds',
        queries: [
          draw(max(selectForeign('k6_load_run_duration_p50')), 'P50'),
          draw(max(selectForeign('k6_load_run_duration_p95')), 'P95'),
          draw(max(selectForeign('k6_load_run_duration_p99')), 'P99'),
        ],
      }),
      lines({
        title: 'Duration of runs, by the workers',
        description: 'From accepted to ended, of the last minutes. Dots open the trace.',
        unit: 'seconds',
        queries: quantiles('runDuration', WORKFLOW),
        links: [toBoard('runs')],
        pointLinks: [tracesAsSlow('aio-worker')],
      }),
      lines({
        title: 'Steps of k6',
        description: 'Steps a second of the runs whose ends k6 saw, when it saw them.',
        unit: 'perSecond',
        queries: [draw(sum(rate(selectForeign('k6_load_steps_total'), INTERVAL)), 'steps')],
      }),
      lines({
        title: 'Steps of the workers',
        description: 'Steps a second that ended.',
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
        description: `P95 of the check in a browser: from the first page to the end of the run, and of the login in it. ${SINCE}`,
        unit: 'seconds',
        queries: [
          draw(max(selectForeign('k6_load_journey_p95')), 'all of it'),
          draw(max(selectForeign('k6_load_login_p95')), 'login'),
        ],
        limits: above(JOURNEY.boundSeconds, null),
      }),
      lines({
        title: 'Checks in a browser that failed',
        description: `Share of the checks in which somebody could not log in, start a run or see its end. ${SINCE}`,
        unit: 'share',
        queries: [draw(max(selectForeign('k6_load_journey_failed_rate')), 'failed')],
        limits: above(errorBudget(JOURNEY), null),
      }),
    ]),
    charts('Where it backs up', 3, [
      lines({
        title: 'Queue time P99',
        description: `Of steps in lanes, from ready to started: by the workers, and by k6 from the runs it read. ${SINCE}`,
        unit: 'seconds',
        queries: [
          draw(quantileOf(0.99, 'stepQueueTime', LANES), 'workers', { exemplar: true }),
          draw(max(selectForeign('k6_load_queue_time_p99')), 'k6'),
        ],
        limits: above(soon, null),
        links: [toBoard('queueAndWorkers')],
      }),
      lines({
        title: 'Waiting for workers',
        description: 'Queued runs and ready steps: where they grow, more comes than is worked off.',
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
    charts('What k6 counts', 3, [
      lines({
        title: 'Dropped',
        description:
          'Iterations a second that k6 could not begin, since all its virtual users were waiting: the load was less than asked for. Without data, none was.',
        unit: 'perSecond',
        queries: [
          draw(sum(rate(selectForeign('k6_dropped_iterations_total'), INTERVAL)), 'dropped'),
        ],
      }),
      lines({
        title: 'Users at work',
        description:
          'Virtual users that wait for an answer or a run: with the rate, how long that takes.',
        unit: 'count',
        queries: [draw(max(selectForeign('k6_vus')), 'at work')],
      }),
      lines({
        title: 'Execution P95 of k6',
        description: `Attempts by kind of step, from the runs that k6 read. ${SINCE}`,
        unit: 'seconds',
        queries: [draw(max(selectForeign('k6_load_step_execution_p95'), ['kind']), '{{kind}}')],
      }),
    ]),
  ],
};
