import { runbookUrl } from '@aio/catalog/alert';
import { listAlerts } from '@aio/catalog/alerts';
import type { BoardUid } from '@aio/catalog/boards';
import type { Link } from './links.ts';

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
