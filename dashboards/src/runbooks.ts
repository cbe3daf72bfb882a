import { runbookUrl } from '@aio/catalog/alert';
import { listAlerts } from '@aio/catalog/alerts';
import type { BoardUid } from '@aio/catalog/boards';
import type { Link } from './links.ts';

/** To the runbooks of the alerts that send people to this panel. */
export function runbooksOf(board: BoardUid, title: string): Link[] {
  const alerts = Object.values(listAlerts())
    .flat()
    .filter(({ panel }) => panel.dashboardUid === board && panel.title === title);
  // Rules of one alert differ in window or severity and share a runbook.
  const byName = new Map(alerts.map((alert) => [alert.name, alert]));
  return [...byName.values()].map((alert) => ({
    title: `Runbook: ${alert.name}`,
    url: runbookUrl(alert),
    blank: true,
  }));
}
