import { isDeclared } from './filled-by-faults.ts';
import type { CoverageRow } from './row.ts';
import { selectorsIn } from './selectors.ts';

/**
 * Whether the query reads what k6 writes, which is there only where `npm run load` has run lately.
 * `test/load-board.test.ts` holds that a load fills it.
 */
export function isFilledByLoad({ promql }: Pick<CoverageRow, 'promql'>): boolean {
  return selectorsIn(promql).some((selector) => selector.startsWith('k6_'));
}

/** Whether the row may be empty in a system without faults and load tests; one that is refused may not. */
export function mayBeEmpty(row: CoverageRow): boolean {
  return isDeclared(row) || (isFilledByLoad(row) && row.gap === 'no data');
}
