import { and, avg, count, orZero } from '@aio/slo/promql';
import { selectForeign } from '@aio/catalog/metrics/select';
import { recordedSlo } from '@aio/slo/slo-series';
import { SLOS, SLO_KEYS } from '@aio/catalog/objectives/slos';
import { figures, type Row } from '@aio/boards/board';
import { above, below } from '@aio/boards/limits';
import { toBoard } from './shared/links.ts';
import { type Panel, draw, stat } from '@aio/boards/panel';

/** Alerts that fire. Absent if Prometheus evaluates no rules; its tile asks for this moment only, not for an old value. */
const firing = (severity: 'page' | 'ticket') =>
  and(
    orZero(count(selectForeign('ALERTS', { alertstate: 'firing', severity }))),
    selectForeign('ALERTS', { alertstate: 'firing', alertname: 'Watchdog' }),
    [],
  );
/** Of all processes, whatever the variables select; 0 if Prometheus finds none. */
const upShare = (job: 'api' | 'worker') => orZero(avg(selectForeign('up', { job })));

/** Alerts and processes of the whole system, for the overview. */
export const HEALTH: readonly Panel[] = [
  stat({
    title: 'Pages firing',
    description:
      'Alerts that need a person now; "Alerts firing" names them. "No alerting": Prometheus ' +
      'evaluates no rules.',
    unit: 'count',
    queries: [draw(firing('page'), 'pages', { instant: true })],
    limits: above(null, 1),
    absent: 'no alerting',
  }),
  stat({
    title: 'Tickets firing',
    description: 'Alerts that can wait for the morning; "Alerts firing" names them.',
    unit: 'count',
    queries: [draw(firing('ticket'), 'tickets', { instant: true })],
    limits: above(1, null),
    absent: 'no alerting',
  }),
  stat({
    title: 'API and workers up',
    description: 'Share of the processes of each kind that Prometheus can scrape.',
    unit: 'share',
    queries: [draw(upShare('api'), 'API'), draw(upShare('worker'), 'workers')],
    limits: below(1, 0.5),
    links: [toBoard('runtime')],
  }),
];

/** The objectives, for the overview. */
export const BUDGETS: readonly Panel[] = [
  stat({
    title: 'Error budget left, 30 days',
    description:
      'Share of the allowed bad events that have not happened, of the events of 30 days or of ' +
      'what there is of them. Below 0, the objective is missed.',
    unit: 'share',
    queries: SLO_KEYS.map((key) => draw(recordedSlo('budgetLeft', key), SLOS[key].title as string)),
    limits: below(0.25, 0),
    absent: 'too few events to say',
    span: 3,
  }),
];

/** The first row of a board: tiles whose colour answers its question. */
export function verdict(tiles: readonly Panel[]): Row {
  return figures('Is all well?', tiles);
}
