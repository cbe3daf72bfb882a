import type { Query } from './query.ts';
import type { AlertRule } from './rule-group.ts';
import type { Duration } from './time-scale.ts';

/** `page` wakes a person, `ticket` waits for the morning, `none` is for machines only. */
export type Severity = 'page' | 'ticket' | 'none';

/** An alert as data. */
export interface Alert {
  /** In CamelCase. Rules that share a name differ in their labels. */
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
}

/** The value as a whole number: PromQL's increase over a range is a fraction. */
export const COUNT = '{{ printf "%.0f" $value }}';
export const SHARE = '{{ $value | humanizePercentage }}';
export const TIME = '{{ $value | humanizeDuration }}';

/**
 * An alert as a rule of Prometheus.
 * @param annotations in addition to summary and description, e.g. `runbook_url`
 */
export function alertRule(
  alert: Alert,
  annotations: Readonly<Record<string, string>> = {},
): AlertRule {
  const { name, severity, summary, description, query, keepFiringFor } = alert;
  return {
    alert: name,
    expr: query.promql,
    ...(alert.for !== '0s' && { for: alert.for }),
    ...(keepFiringFor !== undefined && { keep_firing_for: keepFiringFor }),
    labels: { severity, ...alert.labels },
    annotations: { summary, description, ...annotations },
  };
}
