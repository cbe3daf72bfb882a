import { BURN_RATES, type RecordedRange } from '@aio/slo/burn-rates';
import { divide, max, overTime, rest, sum, times } from '@aio/slo/promql';
import { bucketsOf, countOf, select, selectForeign } from '@aio/catalog/metrics/select';
import { recordedErrorRatio, recordedSlo } from '@aio/slo/slo-series';
import { REQUESTS, type SloKey, SLOS, SLO_KEYS } from '@aio/catalog/objectives/slos';
import { errorBudget } from '@aio/slo/slo';
import { charts, figures } from '@aio/boards/board';
import type { Board } from './shared/board.ts';
import { above, below } from '@aio/boards/limits';
import { toBoard, tracesAsSlow } from './shared/links.ts';
import { type PanelQuery, draw, lines, stat } from '@aio/boards/panel';
import { INTERVAL, perSecond, quantileOf, quantiles, share } from '@aio/boards/queries';
import { TARGET, WORKFLOW } from './shared/variables.ts';
import { FORECASTS } from './forecasts.ts';
import { SERVICE_EDGES } from './service-edges.ts';
import { BUDGETS, verdict } from './verdict-tiles.ts';

const ASKED = { ...TARGET, ...REQUESTS } as const;
const requests = perSecond(countOf('httpResponses', TARGET));
/** With what the proxy answers itself, as in the objective. */
const availability = rest(
  share(eventsOf('badEvents', 'apiAvailability'), eventsOf('events', 'apiAvailability')),
);

const runsThat = (...outcome: readonly ('succeeded' | 'failed')[]) =>
  perSecond(select('runsEnded', { ...TARGET, outcome }));
const success = share(runsThat('succeeded'), runsThat('succeeded', 'failed'));

const inTime = rest(share(eventsOf('badEvents', 'runDuration'), eventsOf('events', 'runDuration')));

/** Multiple of the allowed burn rate; 1 spends the budget of 30 days in 30 days. */
const burnOver = (range: RecordedRange): PanelQuery[] =>
  SLO_KEYS.map((key) =>
    draw(
      divide(recordedErrorRatio(range, key), rest(recordedSlo('objective', key))),
      SLOS[key].title as string,
    ),
  );
const [fastest, fast] = BURN_RATES;
const pages = above(fast.factor, fastest.factor);

const fastEnough = SLOS.apiLatency.boundSeconds;
const slow = [tracesAsSlow('aio-api')];

/** The first board to open: are users served, and if not, which board shows why. */
export const OVERVIEW: Board = {
  name: 'overview',
  description: 'Are users served as promised? If not, which board shows why?',
  next: [
    'api',
    'runs',
    'steps',
    'queueAndWorkers',
    'llm',
    'cost',
    'runtime',
    'postgres',
    'redis',
    'host',
    'loadTest',
    'logs',
  ],
  rows: [
    verdict('overview', 6, BUDGETS),
    figures('Now', [
      stat({
        title: 'Availability',
        description: SLOS.apiAvailability.description,
        unit: 'share',
        queries: [draw(availability, 'available')],
        limits: below(
          SLOS.apiAvailability.objective,
          1 - errorBudget(SLOS.apiAvailability) * fastest.factor,
        ),
        links: [toBoard('api')],
      }),
      stat({
        title: 'Latency P95',
        description: 'One request in twenty takes longer.',
        unit: 'seconds',
        queries: [draw(quantileOf(0.95, bucketsOf('httpRequestDuration', ASKED)), 'P95')],
        limits: above(fastEnough, 1),
        links: [toBoard('api')],
      }),
      stat({
        title: 'Latency P99',
        description: 'One request in a hundred takes longer; the objective is at the amber limit.',
        unit: 'seconds',
        queries: [draw(quantileOf(0.99, bucketsOf('httpRequestDuration', ASKED)), 'P99')],
        limits: above(fastEnough, 1),
        links: [toBoard('api')],
      }),
      stat({
        title: 'Run success',
        description: 'Runs that succeeded, of those that succeeded or failed, of all workflows.',
        unit: 'share',
        queries: [draw(success, 'success')],
        limits: below(SLOS.runSuccess.objective, 1 - errorBudget(SLOS.runSuccess) * fast.factor),
        links: [toBoard('runs')],
      }),
      stat({
        title: 'Runs in time',
        description: SLOS.runDuration.description,
        unit: 'share',
        queries: [draw(inTime, 'in time')],
        limits: below(SLOS.runDuration.objective, 1 - errorBudget(SLOS.runDuration) * fast.factor),
        links: [toBoard('runs')],
      }),
      stat({
        title: 'Oldest in queue',
        description: 'Age of the ready step or queued run that has waited longest for a worker.',
        unit: 'seconds',
        queries: [draw(max(select('queueOldestAge', TARGET)), 'oldest')],
        limits: above(30, 300),
        links: [toBoard('queueAndWorkers')],
      }),
    ]),
    figures('Time until full', FORECASTS),
    charts('Alerts and processes', 2, [
      lines({
        title: 'Alerts firing',
        description: 'Watchdog always fires. If it is missing, alerting itself is broken.',
        unit: 'count',
        stacked: true,
        queries: [
          draw(
            sum(selectForeign('ALERTS', { alertstate: 'firing' }), ['alertname', 'severity']),
            '{{alertname}} ({{severity}})',
          ),
        ],
      }),
      lines({
        title: 'Processes up',
        description: 'Processes that Prometheus can scrape, by kind. 0: users get no service.',
        unit: 'count',
        queries: [draw(sum(selectForeign('up', TARGET), ['job']), '{{job}}')],
        links: [toBoard('runtime')],
      }),
    ]),
    charts('Service', 3, [
      lines({
        title: 'Latency',
        description:
          'Time from a request to the end of its response. Dots open the trace of a request.',
        unit: 'seconds',
        queries: quantiles(bucketsOf('httpRequestDuration', ASKED)),
        limits: above(fastEnough, null),
        links: [toBoard('api')],
        pointLinks: slow,
      }),
      lines({
        title: 'Availability and run success',
        description: 'Share of requests without a server error, and share of runs that succeeded.',
        unit: 'share',
        max: 1,
        fitted: true,
        queries: [draw(availability, 'requests'), draw(success, 'runs')],
        links: [toBoard('api'), toBoard('runs')],
      }),
      lines({
        title: 'Run duration',
        description: 'From acceptance to the end, including waits for people and timers.',
        unit: 'seconds',
        queries: [
          ...quantiles(bucketsOf('runDuration', WORKFLOW)),
          draw(quantileOf(0.95, bucketsOf('runTime', TARGET)), 'P95 of all that wait for nobody'),
        ],
        links: [toBoard('runs')],
        pointLinks: [tracesAsSlow('aio-worker')],
      }),
    ]),
    charts('Load', 4, [
      lines({
        title: 'Requests',
        description: 'Requests per second.',
        unit: 'requestsPerSecond',
        queries: [draw(requests, 'requests')],
        links: [toBoard('api')],
      }),
      lines({
        title: 'Runs',
        description:
          'Runs of all workflows per second. While more start than finish, the backlog grows.',
        unit: 'perSecond',
        queries: [
          draw(perSecond(select('runsAccepted', TARGET)), 'started'),
          draw(perSecond(select('runsEnded', TARGET)), 'finished'),
        ],
        links: [toBoard('runs')],
      }),
      lines({
        title: 'Active runs',
        description: 'Runs that have started and not ended, by state.',
        unit: 'count',
        stacked: true,
        queries: [draw(max(select('activeRuns', TARGET), ['state']), '{{state}}')],
        links: [toBoard('runs')],
      }),
      lines({
        title: 'Language models',
        description: 'Cost per hour at the current rate, by provider.',
        unit: 'usdPerHour',
        stacked: true,
        queries: [
          draw(times(perSecond(select('llmCost', WORKFLOW), ['provider']), 3600), '{{provider}}'),
        ],
        links: [toBoard('llm')],
      }),
    ]),
    SERVICE_EDGES,
    charts('Error budget burn', 3, [
      lines({
        title: 'Error budget burn',
        description:
          'Burn rate over the last hour, as a multiple of what the objective allows. 1 spends ' +
          'the budget in 30 days. Above the upper line, AIO pages within minutes.',
        unit: 'factor',
        queries: burnOver('1h'),
        limits: pages,
      }),
      lines({
        title: 'Burn over 6 hours',
        description: 'Slower burn. Above the lower line, AIO pages.',
        unit: 'factor',
        queries: burnOver('6h'),
        limits: above(fast.factor, null),
      }),
      lines({
        title: 'Burn over 3 days',
        description: 'Slow burn over days. Above the line, AIO raises a ticket.',
        unit: 'factor',
        queries: burnOver('3d'),
        limits: above(1, null),
      }),
    ]),
  ],
};

function eventsOf(what: 'badEvents' | 'events', slo: SloKey) {
  return sum(overTime('sum', recordedSlo(what, slo), INTERVAL));
}
