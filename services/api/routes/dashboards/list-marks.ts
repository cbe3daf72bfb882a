import type { Static } from 'typebox';
import { askMarks } from '@aio/query/annotations';
import type { Board } from '@aio/query/boards';
import { durations, fillVariables } from '@aio/query/fill-in';
import type { TimeSpan } from '@aio/query/prometheus';
import type { Principal } from '../../auth/principal.ts';
import type { Monitoring } from '../../monitoring/create-monitoring.ts';
import { gridOf } from '../../monitoring/time-span.ts';
import type { MarkList } from './schema.ts';

const POINTS = 1000;
/** As in the dashboards' JSON. */
const LEAST_STEP_SECONDS = 15;
const MOST = 200;

/** The newest marks of a board for all values of its variables, ascending in time. */
export async function listMarks(
  monitoring: Pick<Monitoring, 'ask'>,
  principal: Principal,
  board: Board,
  span: TimeSpan,
): Promise<Static<typeof MarkList>> {
  const range = gridOf(span, POINTS, LEAST_STEP_SECONDS);
  const marks = await monitoring.ask(
    principal,
    async (prometheus) => {
      const values = {
        ...(await fillVariables(board, prometheus, span)),
        ...durations(range, LEAST_STEP_SECONDS),
      };
      return Promise.all(
        board.annotations.map((annotation) => askMarks(prometheus, annotation, values, range)),
      );
    },
    board.source,
  );
  const all = marks.flat().toSorted((a, b) => a.from - b.from);
  return { items: all.slice(-MOST), leftOut: Math.max(0, all.length - MOST) };
}
