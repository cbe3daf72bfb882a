import type { Static } from 'typebox';
import { type Fault, ValidationError } from '@aio/core/errors';
import { type Board, type Panel, panelsOf, type Variable } from '@aio/query/boards';
import { type Chosen, durations, fillVariables } from '@aio/query/fill-in';
import { isAdmin, type Principal } from '../../auth/principal.ts';
import { answerQueries } from '../../monitoring/answer-query.ts';
import { nameOwners } from '../../monitoring/name-owners.ts';
import { type QueryDataSchema, USUAL_POINTS } from '../../monitoring/schema.ts';
import { gridOf, readTimeSpan } from '../../monitoring/time-span.ts';
import type { RouteDeps } from '../route-deps.ts';
import type { PanelQuery } from './schema.ts';
import { ADDRESS } from '../../monitoring/mask-labels.ts';

/** Log lines have no scrape interval, so this is the shortest step. */
const LOG_STEP_SECONDS = 15;

/** @throws ValidationError naming unknown panels and variables; errors of Monitoring.ask */
export async function queryPanel(
  { monitoring, pool, traceUrlOf }: Pick<RouteDeps, 'monitoring' | 'pool' | 'traceUrlOf'>,
  principal: Principal,
  board: Board,
  asked: Static<typeof PanelQuery>,
): Promise<Static<typeof QueryDataSchema>> {
  const { points = USUAL_POINTS, variables = {} } = asked;
  const span = readTimeSpan(asked, '');
  const known = choosableVariables(principal, board).map(({ name }) => name);
  const panel = requirePanel(board, known, asked.panel, variables);
  const scrapeSeconds =
    board.source === 'loki' ? LOG_STEP_SECONDS : await monitoring.scrapeSeconds();
  const range = gridOf(span, points, scrapeSeconds);
  const data = await monitoring.ask(
    principal,
    async (prometheus) => {
      const values = {
        ...(await fillVariables(board, prometheus, span, variables)),
        ...durations({ ...span, stepSeconds: range.stepSeconds }, scrapeSeconds),
      };
      return answerQueries({ prometheus, traceUrlOf }, panel.targets, values, { range, span });
    },
    board.source,
  );
  return nameOwners(pool, data);
}

function requirePanel(
  board: Board,
  known: readonly string[],
  id: number,
  variables: Chosen,
): Panel {
  const panel = panelsOf(board).find((one) => one.id === id);
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

/** The variables that the caller may choose. Only admins choose processes by their addresses. */
export function choosableVariables(
  principal: Principal,
  { variables }: Pick<Board, 'variables'>,
): readonly Variable[] {
  return isAdmin(principal) ? variables : variables.filter(({ name }) => name !== ADDRESS);
}
