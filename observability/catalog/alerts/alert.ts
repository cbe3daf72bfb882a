import type { BoardUid } from '../boards.ts';
import type { Query } from '../promql.ts';
import type { Duration } from './time-scale.ts';

/** `page` wakes a person, `ticket` waits for the morning, `none` is for machines only. */
export type Severity = 'page' | 'ticket' | 'none';

/** The panel that shows the cause. */
export interface PanelLink {
  readonly dashboardUid: BoardUid;
  readonly title: string;
}

/** An alert as data. The rules and the list of runbooks are generated from it. */
export interface Alert {
  /** In CamelCase. Rules that share a name differ in their labels. The runbook is `<name>.md`, in kebab-case. */
  readonly name: string;
  readonly severity: Severity;
  /** One line with the value in it, in Prometheus' template language: COUNT, SHARE, TIME. */
  readonly summary: string;
  /** Effect on users, and consequences if you do not act. */
  readonly description: string;
  /** The alert fires for each series of the result. */
  readonly query: Query<string>;
  /** How long the query must return the series before the alert fires. */
  readonly for: Duration;
  /** How long the alert stays active after the query lost the series. Absent = it ends at once. */
  readonly keepFiringFor?: Duration;
  /** In addition to those of the series, e.g. for inhibition. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly panel: PanelLink;
}

/** The value as a whole number: PromQL's increase over a range is a fraction. */
export const COUNT = '{{ printf "%.0f" $value }}';
export const SHARE = '{{ $value | humanizePercentage }}';
export const TIME = '{{ $value | humanizeDuration }}';

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
