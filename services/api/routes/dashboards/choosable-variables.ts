import type { Board, Variable } from '@aio/query/boards';
import { isAdmin, type Principal } from '../../auth/principal.ts';
import { ADDRESS } from '../../monitoring/mask-labels.ts';

/** The variables that the caller may choose. Only admins choose processes by their addresses. */
export function choosableVariables(
  principal: Principal,
  { variables }: Pick<Board, 'variables'>,
): readonly Variable[] {
  return isAdmin(principal) ? variables : variables.filter(({ name }) => name !== ADDRESS);
}
