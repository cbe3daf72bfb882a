import {
  type AnnotationQuery,
  type Dashboard as GrafanaDashboard,
  DashboardCursorSync,
  type DashboardLink,
  type Panel as GrafanaPanel,
  type RowPanel,
  type VariableModel,
} from '@grafana/grafana-foundation-sdk/dashboard';
import dashgen from 'grafana-dash-gen';
import type { Board } from './board.ts';
import { panelId } from '@aio/slo/panels';
import { type PlacedRow, layOut } from './layout.ts';
import { linkToBoard } from './link.ts';
import { PlacedPanel } from './render/panel.ts';
import { dataSourceVariable } from './variables.ts';

/** dash-gen writes schema 6 (Grafana 2). 42 is the schema of Grafana 12 and 13. */
const SCHEMA_VERSION = 42;

export interface RenderOptions {
  /** Never change it: Grafana refuses to provision a known board under another uid, and links to it break. */
  uid: string;
  tags?: readonly string[];
  /** Name or uid of the data source that is chosen initially; absent = Grafana's default Prometheus. */
  dataSource?: string | undefined;
  /** After the data source, which each board has. */
  variables?: readonly VariableModel[];
  /** Events that explain the curves. */
  annotations?: readonly AnnotationQuery[];
}

/**
 * A board as Grafana's JSON.
 * @throws Error if a query is not valid PromQL
 */
export function renderBoard(board: Board, options: RenderOptions): GrafanaDashboard {
  return new BoardDashboard(board, options).toGrafana();
}

/**
 * A dash-gen dashboard that current Grafana reads: rows become `row` panels on one grid, and uid and description,
 * which dash-gen drops, stay.
 */
class BoardDashboard extends dashgen.Dashboard {
  readonly #board: Board;
  readonly #options: RenderOptions;

  constructor(board: Board, options: RenderOptions) {
    super({
      title: board.title,
      tags: [...(options.tags ?? [])],
      refresh: '10s',
      time: { from: 'now-30m', to: 'now' },
      schemaVersion: SCHEMA_VERSION,
      links: buildLinks(board),
    });
    this.#board = board;
    this.#options = options;
    for (const row of layOut(board.rows)) this.addRow(new BoardRow(options.uid, row));
  }

  toGrafana(): GrafanaDashboard {
    const { title, tags, timezone, time, refresh, links } = this.generate();
    const { uid, dataSource: chosen, variables = [], annotations = [] } = this.#options;
    return {
      id: null,
      uid,
      title,
      description: this.#board.description,
      tags: [...tags],
      timezone,
      editable: true,
      graphTooltip: DashboardCursorSync.Crosshair,
      time: time as { from: string; to: string },
      refresh: String(refresh),
      schemaVersion: SCHEMA_VERSION,
      // dash-gen omits these fields: each link is one link, not a menu of boards with its tags.
      links: links.map((link) => ({ ...link, asDropdown: false })) as unknown as DashboardLink[],
      templating: { list: [dataSourceVariable(chosen), ...variables] },
      annotations: { list: [...annotations] },
      panels: this.rows.flatMap((row) => (row as BoardRow).toPanels()),
    };
  }
}

/** A dash-gen row with its place on the grid. */
class BoardRow extends dashgen.Row {
  readonly #heading: RowPanel;

  constructor(uid: string, { title, gridPos, panels }: PlacedRow) {
    super({ title });
    this.#heading = {
      type: 'row',
      id: panelId(uid, `row ${title}`),
      title,
      collapsed: false,
      gridPos,
      panels: [],
    };
    for (const { panel, gridPos: place } of panels) {
      const placed = new PlacedPanel(panel, panelId(uid, panel.title), place);
      this.addPanel(placed as unknown as dashgen.Row['panels'][number]);
    }
  }

  toPanels(): (GrafanaPanel | RowPanel)[] {
    return [this.#heading, ...(super.generate().panels as unknown as GrafanaPanel[])];
  }
}

function buildLinks({ next = [], links = [] }: Board): dashgen.ExternalLink[] {
  return [
    ...next.map((board) => new BoardLink(board)),
    ...links.map(
      ({ title, url, tooltip = title }) => new dashgen.ExternalLink({ title, tooltip, url }),
    ),
  ];
}

/** Opens in the same tab; dash-gen's own links open a new one. */
class BoardLink extends dashgen.ExternalLink {
  constructor(board: { uid: string; title: string; tooltip?: string }) {
    const { title, url } = linkToBoard(board);
    super({ title, tooltip: board.tooltip ?? title, url: url.replace(/\?.*/, '') });
    this.withIcon('dashboard').includeVariableValues().includeTimeFilter();
  }

  override generate() {
    return { ...super.generate(), targetBlank: false };
  }
}
