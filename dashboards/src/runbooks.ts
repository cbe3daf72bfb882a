import { runbookUrl } from '@aio/catalog/alert';
import { listAlerts } from '@aio/catalog/alerts';
import type { BoardUid } from '@aio/catalog/boards';
import type { Link } from './links.ts';

interface Runbooks {
  readonly links: readonly Link[];
  /** In Markdown; empty = there are none without an address. */
  readonly note: string;
}

/**
 * The runbooks of the alerts that send people to this panel: links where they are published, else
 * their paths in the repository, which Grafana cannot open.
 */
export function runbooksOf(board: BoardUid, title: string): Runbooks {
  const alerts = Object.values(listAlerts())
    .flat()
    .filter(({ panel }) => panel.dashboardUid === board && panel.title === title);
  // Rules of one alert differ in window or severity and share a runbook.
  const names = [...new Set(alerts.map(({ name }) => name))];
  const pages = names.map((name) => ({ name, url: runbookUrl({ name }) }));
  const published = pages.filter(({ url }) => URL.canParse(url));
  const paths = pages.filter(({ url }) => !URL.canParse(url)).map(({ url }) => `\`${url}\``);
  return {
    links: published.map(({ name, url }) => ({ title: `Runbook: ${name}`, url, blank: true })),
    note: paths.length > 0 ? `Runbook: ${paths.join(', ')}.` : '',
  };
}
