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
  /**
   * Path of a page with examples, from which a click leads to their traces, e.g. `/runs?status=failed`. It may contain
   * `{{ urlquery $labels.workflow }}`.
   */
  readonly examples?: string;
}

/** Name of the runbook's file, e.g. `no-worker-up.md`. */
export function runbookFile(alert: Pick<Alert, 'name'>): string {
  return `${alert.name.replaceAll(/(?<!^)(?=[A-Z])/g, '-').toLowerCase()}.md`;
}

/** Path of the runbook in this repository. */
export function runbookPath(alert: Pick<Alert, 'name'>): string {
  return `observability/runbooks/${runbookFile(alert)}`;
}

/** Path of the page of the web UI that shows the alert, its live panel and its runbook. */
export function alertPage(alert: Pick<Alert, 'name'>): string {
  return `/health/alerts?alert=${alert.name}`;
}
