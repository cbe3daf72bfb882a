import type { GridPos } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Row } from './board.ts';
import type { Panel } from './panel.ts';

const GRID_WIDTH = 24;

export interface PlacedRow {
  readonly title: string;
  readonly gridPos: GridPos;
  readonly panels: readonly { readonly panel: Panel; readonly gridPos: GridPos }[];
}

/** Rows below each other. The panels of a row go from left to right and wrap. */
export function layOut(rows: readonly Row[]): PlacedRow[] {
  let y = 0;
  return rows.map(({ title, columns, height, panels }) => {
    const gridPos = { x: 0, y, w: GRID_WIDTH, h: 1 };
    const width = GRID_WIDTH / (columns ?? panels.length);
    let x = 0;
    y += 1;
    const placed = panels.map((panel) => {
      const w = width * (panel.span ?? 1);
      if (x + w > GRID_WIDTH) {
        x = 0;
        y += height;
      }
      const place = { panel, gridPos: { x, y, w, h: height } };
      x += w;
      return place;
    });
    y += height;
    return { title, gridPos, panels: placed };
  });
}
