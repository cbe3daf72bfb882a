import type { BoardUid } from './boards.ts';
import type { Query } from './promql.ts';
import type { Duration } from './time-scale.ts';

/** `page` wakes somebody, `ticket` waits for the morning, `none` is not for people. */
export type Severity = 'page' | 'ticket' | 'none';

/** Where the cause can be seen. */
export interface PanelLink {
  readonly dashboardUid: BoardUid;
  readonly title: string;
}

/** What an alert is, as data; rules and the list of runbooks are made from it. */
export interface Alert {
  /** In CamelCase; several rules of one name differ in their labels. Its runbook is `<name>.md`, in kebab-case. */
  readonly name: string;
  readonly severity: Severity;
  /** One line with the value in it, in Prometheus' template language: COUNT, SHARE, TIME. */
  readonly summary: string;
  /** What it means for users, and what comes next if nobody acts. */
  readonly description: string;
  /** Fires for each series that it has. */
  readonly query: Query<string>;
  /** How long the query has to have it. */
  readonly for: Duration;
  /** How long it goes on firing after the query has lost it. Absent = it ends at once. */
  readonly keepFiringFor?: Duration;
  /** Beside those of the series, e.g. for inhibition. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly panel: PanelLink;
}

/** The value in a summary, as a whole number: what PromQL counts over a range is a fraction. */
export const COUNT = '{{ printf "%.0f" $value }}';
export const SHARE = '{{ $value | humanizePercentage }}';
export const TIME = '{{ $value | humanizeDuration }}';

/**
 * Where people read the runbooks: a path in this repository, or the address at which somebody has
 * published them, e.g. `https://git.example/aio/blob/main/observability/runbooks`.
 */
const RUNBOOKS = 'observability/runbooks';

/** Name of the runbook's file, e.g. `no-worker-up.md`. */
export function runbookFile(alert: Pick<Alert, 'name'>): string {
  return `${alert.name.replaceAll(/(?<!^)(?=[A-Z])/g, '-').toLowerCase()}.md`;
}

/** Its address, or its path in this repository as long as there is none. */
export function runbookUrl(alert: Pick<Alert, 'name'>): string {
  return `${RUNBOOKS}/${runbookFile(alert)}`;
}
