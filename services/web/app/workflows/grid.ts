import type { WorkflowGrid } from '../../shared/api.ts';

export type GridRun = WorkflowGrid['runs'][number];

/** A place in the grid; `row` -1 = the run's own head. */
export interface GridPlace {
  row: number;
  column: number;
}

/**
 * How dark a cell is: 1 = up to a quarter of the step's P95, 2 = up to half, 3 = up to the P95, 4 = slower; null = no
 * time, or nothing to compare it with.
 */
export type Shade = 1 | 2 | 3 | 4;

export function shadeOf(durationMs: number | null, p95Ms: number | null): Shade | null {
  if (durationMs === null || p95Ms === null) return null;
  if (durationMs > p95Ms) return 4;
  if (durationMs > p95Ms / 2) return 3;
  return durationMs > p95Ms / 4 ? 2 : 1;
}

const PAGE = 10;

/** Reads a key as the ARIA authoring practices define it for grids; null = the key does nothing. */
export function moveInGrid(
  { key, ctrlKey }: { key: string; ctrlKey: boolean },
  { row, column }: GridPlace,
  { rows, columns }: { rows: number; columns: number },
): GridPlace | null {
  const to = (down: number, right: number): GridPlace => ({
    row: Math.min(rows - 1, Math.max(-1, down)),
    column: Math.min(columns - 1, Math.max(0, right)),
  });
  switch (key) {
    case 'ArrowDown':
      return to(row + 1, column);
    case 'ArrowUp':
      return to(row - 1, column);
    case 'ArrowRight':
      return to(row, column + 1);
    case 'ArrowLeft':
      return to(row, column - 1);
    case 'PageDown':
      return to(row + PAGE, column);
    case 'PageUp':
      return to(row - PAGE, column);
    case 'Home':
      return to(ctrlKey ? -1 : row, 0);
    case 'End':
      return to(ctrlKey ? rows : row, columns);
    default:
      return null;
  }
}
