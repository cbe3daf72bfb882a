import type { Static } from 'typebox';
import { type Fault, ValidationError } from '@aio/core/errors';
import type { Board, Panel } from '@aio/query/boards';
import { type Chosen, durations, fillVariables } from '@aio/query/fill-in';
import { answerQueries } from '../../monitoring/answer-query.ts';
import { type QueryDataSchema, USUAL_POINTS } from '../../monitoring/schema.ts';
import { gridOf, readTimeSpan } from '../../monitoring/time-span.ts';
import type { RouteDeps } from '../route-deps.ts';
import type { PanelQuery } from './schema.ts';

/** @throws ValidationError naming unknown panels and variables; errors of Monitoring.ask */
export async function queryPanel(
  { monitoring, traceUrlOf }: Pick<RouteDeps, 'monitoring' | 'traceUrlOf'>,
  board: Board,
  asked: Static<typeof PanelQuery>,
): Promise<Static<typeof QueryDataSchema>> {
  const { points = USUAL_POINTS, variables = {} } = asked;
  const span = readTimeSpan(asked, '');
  const panel = requirePanel(board, asked.panel, variables);
  const scrapeSeconds = await monitoring.scrapeSeconds();
  const range = gridOf(span, points, scrapeSeconds);
  return monitoring.ask(async (prometheus) => {
    const values = {
      ...(await fillVariables(board, prometheus, span, variables)),
      ...durations({ ...span, stepSeconds: range.stepSeconds }, scrapeSeconds),
    };
    return answerQueries({ prometheus, traceUrlOf }, panel.targets, values, { range, span });
  });
}

function requirePanel(board: Board, id: number, variables: Chosen): Panel {
  const known = board.variables.map(({ name }) => name);
  const panel = board.panels.find((one) => one.id === id);
  const faults: Fault[] = Object.keys(variables)
    .filter((name) => !known.includes(name))
    .map((name) => ({
      pointer: `/variables/${name}`,
      rule: 'unknown_variable',
      message: `The dashboard ${board.uid} has no variable ${name}.`,
      hint: `Its variables are ${known.join(', ')}.`,
    }));
  if (panel === undefined)
    faults.unshift({
      pointer: '/panel',
      rule: 'unknown_panel',
      message: `The dashboard ${board.uid} has no panel ${id}.`,
      hint: `GET /api/v1/dashboards/${board.uid} returns the ids of its panels.`,
    });
  if (panel === undefined || faults.length > 0)
    throw new ValidationError('The dashboard has no such panel or variable.', faults);
  return panel;
}
