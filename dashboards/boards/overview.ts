import { BURN_RATES } from '@aio/slo/burn-rates';
import { divide, max, overTime, rest, sum } from '@aio/slo/promql';
import { bucketsOf, select, selectForeign } from '@aio/catalog/metrics/select';
import { recordedErrorRatio, recordedSlo } from '@aio/slo/slo-series';
import { REQUESTS, SLOS, SLO_KEYS } from '@aio/catalog/objectives/slos';
import { errorBudget } from '@aio/slo/slo';
import { charts, figures } from '@aio/boards/board';
import type { Board } from './shared/board.ts';
import { above, below } from '@aio/boards/limits';
import { toBoard } from './shared/links.ts';
import { draw, lines, stat } from '@aio/boards/panel';
import { INTERVAL, perSecond, quantileOf, share } from '@aio/boards/queries';
import { TARGET } from './shared/variables.ts';
import { BUDGETS, HEALTH, verdict } from './verdict-tiles.ts';

const ASKED = { ...TARGET, ...REQUESTS } as const;
/** With what the proxy answers itself, as in the objective. */
const eventsOf = (what: 'badEvents' | 'events') =>
  sum(overTime('sum', recordedSlo(what, 'apiAvailability'), INTERVAL));
const availability = rest(share(eventsOf('badEvents'), eventsOf('events')));

const runsThat = (...outcome: readonly ('succeeded' | 'failed')[]) =>
  perSecond(select('runsEnded', { ...TARGET, outcome }));
const success = share(runsThat('succeeded'), runsThat('succeeded', 'failed'));

/** Multiple of the allowed burn rate; 1 spends the budget of 30 days in 30 days. */
const burn = SLO_KEYS.map((key) =>
  draw(
    divide(recordedErrorRatio('1h', key), rest(recordedSlo('objective', key))),
    SLOS[key].title as string,
  ),
);
const [fastest, fast] = BURN_RATES;
const pages = above(fast.factor, fastest.factor);

const fastEnough = SLOS.apiLatency.boundSeconds;

/** The first board to open: are users served, and if not, which board shows why. */
export const OVERVIEW: Board = {
  name: 'overview',
  description: 'Are users served as promised? If not, which board shows why?',
  next: ['runs', 'queueAndWorkers', 'cost', 'api', 'runtime', 'loadTest'],
  rows: [
    { ...verdict([...HEALTH, ...BUDGETS]), columns: 6 },
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
        title: 'Oldest in queue',
        description: 'Age of the ready step or queued run that has waited longest for a worker.',
        unit: 'seconds',
        queries: [draw(max(select('queueOldestAge', TARGET)), 'oldest')],
        limits: above(30, 300),
        links: [toBoard('queueAndWorkers')],
      }),
    ]),
    charts('Alerts, load and budgets', 3, [
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
        title: 'Error budget burn',
        description:
          'Burn rate over the last hour, as a multiple of what the objective allows. 1 spends ' +
          'the budget in 30 days. Above the upper line, AIO pages within minutes.',
        unit: 'factor',
        queries: burn,
        limits: pages,
      }),
    ]),
  ],
};
