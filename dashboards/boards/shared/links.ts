import { type Link, linkToBoard } from '@aio/boards/link';
import { BOARDS, type BoardName, type BoardUid } from '@aio/catalog/boards';
import { alertPage } from '@aio/catalog/alerts/alert';
import { listAlerts } from '@aio/catalog/alerts/alerts';

/** Jaeger's user interface. The variable holds its URL, see variables.ts. */
const JAEGER = '${jaeger}';
const AIO = '${aio}';

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

/**
 * Link from an owner's point to their runs. Prometheus knows an owner by id only, so that names stay in AIO, which shows
 * them to those who may know them.
 */
export const RUNS_OF_OWNER: Link = {
  title: 'Who is it? Runs of this owner',
  url: `${AIO}/runs?owner=\${__field.labels.owner}`,
  blank: true,
};

/** Links to the pages of AIO with the alerts of this panel and their runbooks. The variable holds AIO's address. */
export function runbooksOf(board: BoardUid, title: string): Link[] {
  const alerts = Object.values(listAlerts())
    .flat()
    .filter(({ panel }) => panel.dashboardUid === board && panel.title === title);
  // The rules of an alert differ in window or severity and share a runbook.
  const names = [...new Set(alerts.map(({ name }) => name))];
  return names.map((name) => ({
    title: `Runbook: ${name}`,
    url: AIO + alertPage({ name }),
    blank: true,
  }));
}
