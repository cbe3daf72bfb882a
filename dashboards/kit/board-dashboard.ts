import { boardName } from '@aio/catalog/board-style';
import { BOARDS, panelId } from '@aio/catalog/boards';
import {
  type Dashboard as GrafanaDashboard,
  DashboardCursorSync,
  type DashboardLink,
  type Panel as GrafanaPanel,
  type RowPanel,
} from '@grafana/grafana-foundation-sdk/dashboard';
import dashgen from 'grafana-dash-gen';
import { buildAnnotations } from './annotations.ts';
import { type Board, isOfLogs, queriesOf } from './board.ts';
import { type PlacedRow, layOut } from './layout.ts';
import { toBoard, runbooksOf } from './links.ts';
import { PlacedPanel } from './render/panel.ts';
import { buildLogVariables, buildVariables } from './variables.ts';

/** dash-gen writes schema 6 (Grafana 2). 42 is the schema of Grafana 12 and 13. */
const SCHEMA_VERSION = 42;

type Generated = ReturnType<dashgen.Dashboard['generate']>;

/**
 * A dash-gen dashboard that current Grafana reads: rows become `row` panels on one grid, and uid and description,
 * which dash-gen drops, stay.
 */
export class BoardDashboard extends dashgen.Dashboard {
  readonly #board: Board;

  constructor(board: Board) {
    const { title } = BOARDS[board.name];
    super({
      title,
      tags: ['aio', 'generated'],
      refresh: '10s',
      time: { from: 'now-30m', to: 'now' },
      schemaVersion: SCHEMA_VERSION,
      links: buildLinks(board),
    });
    this.#board = board;
    for (const row of layOut(board.rows)) this.addRow(new BoardRow(board, row));
  }

  /** @returns the board as Grafana's JSON */
  toGrafana(): GrafanaDashboard {
    const { title, tags, timezone, time, refresh, links } = super.generate();
    return {
      id: null,
      uid: BOARDS[this.#board.name].uid,
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
      templating: {
        list: isOfLogs(this.#board) ? buildLogVariables() : buildVariables(queriesOf(this.#board)),
      },
      // Annotation queries need Prometheus.
      annotations: { list: isOfLogs(this.#board) ? [] : buildAnnotations(queriesOf(this.#board)) },
      panels: this.rows.flatMap((row) => (row as BoardRow).toPanels()),
    };
  }

  override generate(): Generated {
    return this.toGrafana() as unknown as Generated;
  }
}

/** A dash-gen row with its place on the grid. */
class BoardRow extends dashgen.Row {
  readonly #heading: RowPanel;

  constructor({ name }: Board, { title, gridPos, panels }: PlacedRow) {
    const { uid } = BOARDS[name];
    super({ title });
    this.#heading = {
      type: 'row',
      id: panelId(uid, `row ${title}`),
      title,
      collapsed: false,
      gridPos,
      panels: [],
    };
    for (const { panel, gridPos } of panels) {
      const { links, note } = runbooksOf(uid, panel.title);
      const annotated = { ...panel, note, links: [...(panel.links ?? []), ...links] };
      const placed = new PlacedPanel(annotated, panelId(uid, panel.title), gridPos);
      this.addPanel(placed as unknown as dashgen.Row['panels'][number]);
    }
  }

  toPanels(): (GrafanaPanel | RowPanel)[] {
    return [this.#heading, ...(super.generate().panels as unknown as GrafanaPanel[])];
  }
}

/** Links to the next boards, to the overview and to the traces. */
function buildLinks({ name, next }: Board): dashgen.ExternalLink[] {
  const boards = name === 'overview' ? next : (['overview', ...next] as const);
  return [
    ...boards.map((board) => new BoardLink(toBoard(board))),
    new dashgen.ExternalLink({
      title: 'Jaeger',
      tooltip: 'Traces of requests, runs and steps',
      url: '${jaeger}/search',
    }),
  ];
}

/** Opens in the same tab; dash-gen's own links open a new one. */
class BoardLink extends dashgen.ExternalLink {
  constructor({ title, url }: { title: string; url: string }) {
    super({ title: boardName(title), tooltip: title, url: url.replace(/\?.*/, '') });
    this.withIcon('dashboard').includeVariableValues().includeTimeFilter();
  }

  override generate() {
    return { ...super.generate(), targetBlank: false };
  }
}
