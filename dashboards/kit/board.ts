import type { Link } from './link.ts';
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
  readonly title: string;
  /** The question that the board answers. */
  readonly description: string;
  readonly rows: readonly Row[];
  /** To other boards, at the top. They keep time range and variables. */
  readonly next?: readonly {
    readonly uid: string;
    readonly title: string;
    readonly tooltip?: string;
  }[];
  /** To other pages, at the top. */
  readonly links?: readonly (Link & { readonly tooltip?: string })[];
}

/** Of all panels. */
export function queriesOf({ rows }: Pick<Board, 'rows'>): PanelQuery[] {
  return rows.flatMap(({ panels }) => panels).flatMap(({ queries }) => queries);
}

/** One line of figures, for the top of a board. */
export function figures(title: string, panels: readonly Panel[]): Row {
  return { title, height: 4, panels };
}

/** Panels over time, `columns` per line. */
export function charts(title: string, columns: number, panels: readonly Panel[]): Row {
  return { title, columns, height: 9, panels };
}
