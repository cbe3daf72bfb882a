import type { Alert as PlainAlert } from '@aio/slo/alert';
import type { BoardUid } from '../boards.ts';

/** The panel that shows the cause. */
export interface PanelLink {
  readonly dashboardUid: BoardUid;
  readonly title: string;
}

/** An alert as data. The rules and the list of runbooks are generated from it. The runbook is `<name>.md`, in kebab-case. */
export interface Alert extends PlainAlert {
  readonly panel: PanelLink;
}

/**
 * Where people read the runbooks: a path in this repository, or the URL where you publish them,
 * e.g. `https://git.example/aio/blob/main/observability/runbooks`.
 */
const RUNBOOKS = 'observability/runbooks';

/** Name of the runbook's file, e.g. `no-worker-up.md`. */
export function runbookFile(alert: Pick<Alert, 'name'>): string {
  return `${alert.name.replaceAll(/(?<!^)(?=[A-Z])/g, '-').toLowerCase()}.md`;
}

/** URL of the runbook, or its path in this repository while RUNBOOKS is no URL. */
export function runbookUrl(alert: Pick<Alert, 'name'>): string {
  return `${RUNBOOKS}/${runbookFile(alert)}`;
}
