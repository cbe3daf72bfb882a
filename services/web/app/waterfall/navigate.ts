import type { Row } from './rows.ts';

/** What a key does in the tree of lines; null = the key is not ours. */
export type Move = { type: 'select'; index: number } | { type: 'open' | 'close'; stepId: string };

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
      if (row?.type !== 'step' || !row.canExpand) return null;
      return row.isExpanded ? select(index + 1) : { type: 'open', stepId: row.step.id };
    case 'ArrowLeft':
      if (row?.type === 'step')
        return row.isExpanded ? { type: 'close', stepId: row.step.id } : null;
      return row ? select(parentOf(index)) : null;
    default:
      return null;
  }

  function select(target: number): Move | null {
    if (rows.length === 0) return null;
    return { type: 'select', index: Math.max(0, Math.min(rows.length - 1, target)) };
  }

  function parentOf(child: number): number {
    let parent = child;
    while (parent > 0 && rows[parent]?.type !== 'step') parent--;
    return parent;
  }
}
