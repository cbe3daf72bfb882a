import type { BoardName } from '@aio/catalog/boards';
import type { Panel, PanelQuery } from './panel.ts';

export interface Row {
  readonly title: string;
  /** Panels beside each other; divides 24. Default: all of them. */
  readonly columns?: number;
  /** Of each panel, in units of Grafana's grid (about 38 pixels). */
  readonly height: number;
  readonly panels: readonly Panel[];
}

export interface Board {
  readonly name: BoardName;
  /** Which question the board answers. */
  readonly description: string;
  /** More specific boards, where one goes on looking. */
  readonly next: readonly BoardName[];
  readonly rows: readonly Row[];
}

/** Of all panels. */
export function queriesOf({ rows }: Board): PanelQuery[] {
  return rows.flatMap(({ panels }) => panels).flatMap(({ queries }) => queries);
}

/** Whether its panels ask a log store. */
export function isOfLogs(board: Board): boolean {
  return queriesOf(board).some(({ language }) => language === 'logql');
}

/** Figures beside each other, for the top of a board. */
export function figures(title: string, panels: readonly Panel[]): Row {
  return { title, height: 4, panels };
}

/** Panels over time, `columns` beside each other. */
export function charts(title: string, columns: number, panels: readonly Panel[]): Row {
  return { title, columns, height: 9, panels };
}
