/** A line of a tree view. */
export interface TreeLine {
  /** 0 = a root. */
  depth: number;
  /** null = it has no children. */
  isOpen: boolean | null;
}

/** Effect of a key on the line at `index`. */
export type Move = { type: 'select' | 'open' | 'close'; index: number };

const PAGE = 10;

/**
 * Reads a key as the ARIA authoring practices define it for trees. `index` -1 = nothing is
 * selected; null = the key does nothing.
 */
export function moveIn(key: string, lines: readonly TreeLine[], index: number): Move | null {
  const line = lines[index];
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
      return select(lines.length - 1);
    case 'ArrowRight':
      if (!line || line.isOpen === null) return null;
      return line.isOpen ? select(index + 1) : { type: 'open', index };
    case 'ArrowLeft':
      if (line?.isOpen) return { type: 'close', index };
      return line && line.depth > 0 ? select(parentOf(line)) : null;
    default:
      return null;
  }

  function select(target: number): Move | null {
    if (lines.length === 0) return null;
    return { type: 'select', index: Math.min(lines.length - 1, Math.max(0, target)) };
  }

  function parentOf({ depth }: TreeLine): number {
    return lines.findLastIndex((one, at) => at < index && one.depth < depth);
  }
}
