import type { Row } from './rows.ts';

/** What a key does in the tree of lines; null = the key is not ours. */
export interface Move {
  type: 'select' | 'open' | 'close';
  index: number;
}

const PAGE = 10;

/** Keys of a tree view as the ARIA authoring practices give them. `index` -1 = nothing selected. */
export function moveFor(key: string, rows: readonly Row[], index: number): Move | null {
  const row = rows[index];
  switch (key) {
    case 'ArrowDown':
      return select(index + 1);
    case 'ArrowUp':
      return select(index - 1);
    case 'PageDown':
      return select(index + PAGE);
    case 'PageUp':
      return select(index - PAGE);
    case 'Home':
      return select(0);
    case 'End':
      return select(rows.length - 1);
    case 'ArrowRight':
      if (!row?.canExpand) return null;
      return row.isExpanded ? select(index + 1) : { type: 'open', index };
    case 'ArrowLeft':
      if (row?.isExpanded) return { type: 'close', index };
      return row && row.level > 1 ? select(parentOf(row)) : null;
    default:
      return null;
  }

  function select(target: number): Move | null {
    if (rows.length === 0) return null;
    return { type: 'select', index: Math.max(0, Math.min(rows.length - 1, target)) };
  }

  function parentOf(child: Row): number {
    return rows.findLastIndex((each, at) => at < index && each.level < child.level);
  }
}
