import { type Board as Rendered, isOfLogs, queriesOf, type Row } from '@aio/boards/board';
import { renderBoard } from '@aio/boards/render-board';
import { boardName } from '@aio/catalog/board-style';
import { BOARDS, type BoardName, type BoardUid } from '@aio/catalog/boards';
import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { buildAnnotations } from './annotations.ts';
import { runbooksOf } from './links.ts';
import { SERIES_STYLES } from './series-styles.ts';
import { buildLogVariables, buildVariables } from './variables.ts';

/** A board of AIO. */
export interface Board extends Pick<Rendered, 'description' | 'rows'> {
  readonly name: BoardName;
  /** More specific boards to open next. */
  readonly next: readonly BoardName[];
}

/** The board as Grafana's JSON, with the overview and Jaeger at the top, and runbooks at the panels of their alerts. */
export function toGrafana(board: Board): Dashboard {
  const { name, description, rows } = board;
  const { uid, title } = BOARDS[name];
  const queries = queriesOf(board);
  const next = name === 'overview' ? board.next : (['overview', ...board.next] as const);
  return renderBoard(
    {
      title,
      description,
      rows: rows.map((row) => withRunbooks(uid, row)),
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
      tags: ['aio', 'generated'],
      variables: isOfLogs(board) ? buildLogVariables() : buildVariables(queries),
      // Annotation queries need Prometheus.
      annotations: isOfLogs(board) ? [] : buildAnnotations(queries),
    },
  );
}

function withRunbooks(uid: BoardUid, row: Row): Row {
  const panels = row.panels.map((panel) => ({
    ...panel,
    links: [...(panel.links ?? []), ...runbooksOf(uid, panel.title)],
    styles: SERIES_STYLES,
  }));
  return { ...row, panels };
}
