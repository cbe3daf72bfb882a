import type { BoardName } from '@aio/catalog/boards';
import type { Panel, PanelQuery } from './panel.ts';

export interface Row {
  readonly title: string;
  /** Panels per line; divides 24. Default: all panels. */
  readonly columns?: number;
  /** Of each panel, in units of Grafana's grid (about 38 pixels). */
  readonly height: number;
  readonly panels: readonly Panel[];
}

export interface Board {
  readonly name: BoardName;
  /** The question that the board answers. */
  readonly description: string;
  /** More specific boards to open next. */
  readonly next: readonly BoardName[];
  readonly rows: readonly Row[];
}

/** Of all panels. */
export function queriesOf({ rows }: Board): PanelQuery[] {
  return rows.flatMap(({ panels }) => panels).flatMap(({ queries }) => queries);
}

/** Whether its panels query Loki. */
export function isOfLogs(board: Board): boolean {
  return queriesOf(board).some(({ language }) => language === 'logql');
}

/** One line of figures, for the top of a board. */
export function figures(title: string, panels: readonly Panel[]): Row {
  return { title, height: 4, panels };
}

/** Panels over time, `columns` per line. */
export function charts(title: string, columns: number, panels: readonly Panel[]): Row {
  return { title, columns, height: 9, panels };
}
