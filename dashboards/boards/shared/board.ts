import { type Board as Rendered, queriesOf, type Row } from '@aio/boards/board';
import type { Panel } from '@aio/boards/panel';
import { tenLargestInRange } from '@aio/boards/queries';
import { renderBoard } from '@aio/boards/render-board';
import { boardName, BOARDS, type BoardName } from '@aio/catalog/boards';
import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { buildAnnotations } from './annotations.ts';
import { renameJobs, type Settings } from '../../settings.ts';
import { RUNS_OF_OWNER, runbooksOf } from './links.ts';
import { SERIES_STYLES } from './series-styles.ts';
import { buildVariables } from './variables.ts';

/** A board of AIO. */
export interface Board extends Pick<Rendered, 'description' | 'rows'> {
  readonly name: BoardName;
  /** More specific boards to open next. */
  readonly next: readonly BoardName[];
  /** What is missing if a panel has no data, unless the panel says it. */
  readonly absent?: string;
}

/** Labels with up to a hundred values or more. A chart shows the ten largest. */
const OPEN_LABELS = /\{\{(?:workflow|step|owner|host|route|model|gen_ai_request_model)\}\}/;

/** The board as Grafana's JSON, with the overview and Jaeger at the top, and runbooks at the panels of their alerts. */
export function toGrafana(board: Board, settings: Settings): Dashboard {
  const { name, description, rows } = board;
  const { uid, title } = BOARDS[name];
  const queries = queriesOf(board);
  const next = name === 'overview' ? board.next : (['overview', ...board.next] as const);
  return renderBoard(
    {
      title,
      description,
      rows: rows.map((row) => dress(board, row, settings)),
      next: next.map((other) => ({
        ...BOARDS[other],
        title: boardName(BOARDS[other].title),
        tooltip: BOARDS[other].title,
      })),
      links: [
        {
          title: 'Jaeger',
          tooltip: 'Traces of requests, runs and steps',
          url: '${jaeger}/search',
          blank: true,
        },
      ],
    },
    {
      uid,
      dataSource: settings.prometheus,
      tags: ['aio', 'generated'],
      variables: buildVariables(queries, settings),
      annotations: buildAnnotations(queries),
    },
  );
}

/** Panels with the links and styles of all boards, and no more series than a reader can tell apart. */
function dress({ name, absent }: Board, row: Row, settings: Settings): Row {
  const panels = row.panels.map((panel): Panel => {
    const { links = [], pointLinks = [], queries } = panel;
    const hasOwners = queries.some(({ legend }) => legend.includes('{{owner}}'));
    return {
      ...panel,
      ...(absent !== undefined && { absent: panel.absent ?? absent }),
      links: [...links, ...runbooksOf(BOARDS[name].uid, panel.title)],
      pointLinks: hasOwners ? [...pointLinks, RUNS_OF_OWNER] : pointLinks,
      styles: SERIES_STYLES,
      queries: queries.map((query) => {
        const asked = { ...query, promql: renameJobs(query.promql, settings) };
        return panel.kind === 'lines' && OPEN_LABELS.test(query.legend)
          ? tenLargestInRange(asked)
          : asked;
      }),
    };
  });
  return { ...row, panels };
}
