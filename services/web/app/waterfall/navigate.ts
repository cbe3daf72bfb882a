import { moveIn, type Move } from '../tree/move.ts';
import type { Row } from './rows.ts';

/**
 * Reads a key: it moves through steps, items of open maps and steps of open child runs. `index` -1
 * = nothing is selected.
 */
export function moveFor(key: string, rows: readonly Row[], index: number): Move | null {
  const lines = rows.map(({ level, canExpand, isExpanded }) => ({
    depth: level - 1,
    isOpen: canExpand ? isExpanded : null,
  }));
  return moveIn(key, lines, index);
}
