import type { BoardName } from '@aio/catalog/boards';
import { and, avg, count, orZero } from '@aio/catalog/promql';
import { selectForeign } from '@aio/catalog/select';
import { recordedSlo } from '@aio/catalog/slo-series';
import { SLOS, SLO_KEYS } from '@aio/catalog/slos';
import type { Row } from '../board.ts';
import { above, below } from '../limits.ts';
import { toBoard } from '../links.ts';
import { type Panel, draw, stat } from '../panel.ts';

/** Alerts that are on; absent where no rule is evaluated, since then none can be. */
const firing = (severity: 'page' | 'ticket') =>
  and(
    orZero(count(selectForeign('ALERTS', { alertstate: 'firing', severity }))),
    selectForeign('ALERTS', { alertstate: 'firing', alertname: 'Watchdog' }),
    [],
  );
/** 0 as well where Prometheus has found no process of the kind. Whatever is chosen on top: it is of all. */
const upShare = (job: 'api' | 'worker') => orZero(avg(selectForeign('up', { job })));

/** Alerts and processes of the whole system, whichever board is open. */
const healthOn = (board: BoardName): readonly Panel[] => [
  stat({
    title: 'Pages firing',
    description:
      'Alerts that want somebody now; "Alerts firing" names them. "No alerting": Prometheus evaluates no rules.',
    unit: 'count',
    queries: [draw(firing('page'), 'pages')],
    limits: above(null, 1),
    absent: 'no alerting',
  }),
  stat({
    title: 'Tickets firing',
    description: 'Alerts that can wait for the morning; "Alerts firing" names them.',
    unit: 'count',
    queries: [draw(firing('ticket'), 'tickets')],
    limits: above(1, null),
    absent: 'no alerting',
  }),
  stat({
    title: 'API and workers up',
    description: 'Share of the processes of each kind that Prometheus could read.',
    unit: 'share',
    queries: [draw(upShare('api'), 'API'), draw(upShare('worker'), 'workers')],
    limits: below(1, 0.5),
    links: board === 'runtime' ? [] : [toBoard('runtime')],
  }),
];

/** The objectives, for the overview. */
export const BUDGETS: readonly Panel[] = [
  stat({
    title: 'Error budget left',
    description:
      'Of the bad events that each objective allows in 30 days, the share that has not ' +
      'happened. Time without data counts as good: ten bad minutes of a new system spend what ' +
      'ten of any 30 days would. Below 0 the objective is missed. Empty while so little ' +
      'happens that 30 days of it allow not one bad event.',
    unit: 'share',
    queries: SLO_KEYS.map((key) => draw(recordedSlo('budgetLeft', key), SLOS[key].title as string)),
    limits: below(0.25, 0),
    span: 3,
  }),
];

/**
 * The first row of every board: alerts and processes, then whether the board's own subject is well. Each
 * tile has limits, so that its colour answers.
 * @param columns tiles beside each other; divides 24
 */
export function verdict(board: BoardName, columns: number, own: readonly Panel[]): Row {
  return { title: 'Is all well?', columns, height: 4, panels: [...healthOn(board), ...own] };
}
