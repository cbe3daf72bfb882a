import { type Link, linkToBoard } from '@aio/boards/link';
import { BOARDS, type BoardName, type BoardUid } from '@aio/catalog/boards';
import { runbookUrl } from '@aio/catalog/alerts/alert';
import { listAlerts } from '@aio/catalog/alerts/alerts';

/** Jaeger's user interface. The variable holds its URL, see variables.ts. */
const JAEGER = '${jaeger}';

/** Link to another board that keeps time range and variables. */
export function toBoard(board: BoardName): Link {
  return linkToBoard(BOARDS[board]);
}

/** Link from a point of a latency to the traces that took at least as long. */
export function tracesAsSlow(service: 'aio-api' | 'aio-worker'): Link {
  const query = `service=${service}&minDuration=\${__value.raw}s&lookback=custom`;
  const range = 'start=${__from}000&end=${__to}000';
  return { title: 'Traces this slow', url: `${JAEGER}/search?${query}&${range}`, blank: true };
}

interface Runbooks {
  readonly links: readonly Link[];
  /** In Markdown; empty if all runbooks have a URL. */
  readonly note: string;
}

/**
 * Runbooks of the alerts that link to this panel: links if they are published, else paths in the repository, which
 * Grafana cannot open.
 */
export function runbooksOf(board: BoardUid, title: string): Runbooks {
  const alerts = Object.values(listAlerts())
    .flat()
    .filter(({ panel }) => panel.dashboardUid === board && panel.title === title);
  // The rules of an alert differ in window or severity and share a runbook.
  const names = [...new Set(alerts.map(({ name }) => name))];
  const pages = names.map((name) => ({ name, url: runbookUrl({ name }) }));
  const published = pages.filter(({ url }) => URL.canParse(url));
  const paths = pages.filter(({ url }) => !URL.canParse(url)).map(({ url }) => `\`${url}\``);
  return {
    links: published.map(({ name, url }) => ({ title: `Runbook: ${name}`, url, blank: true })),
    note: paths.length > 0 ? `Runbook: ${paths.join(', ')}.` : '',
  };
}
