import type { Query } from './query.ts';
import type { AlertRule } from './rule-group.ts';
import { type Duration, inSeconds } from './duration.ts';

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
  /** Of a page: why a person must get up now, instead of looking in the morning. */
  readonly whyNow?: string;
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
 * @throws Error if a page lacks `whyNow` or another alert has it; if `for` is as long as a window of the query, because
 * whether a burst fires would be chance
 */
export function alertRule(
  alert: Alert,
  annotations: Readonly<Record<string, string>> = {},
): AlertRule {
  const { name, severity, summary, description, query, whyNow, keepFiringFor } = alert;
  if ((severity === 'page') !== (whyNow !== undefined))
    throw new Error(`${name}: a page has to say whyNow, and nothing else may`);
  for (const [, window] of query.promql.matchAll(/\[(\d+[smhd])\]/g)) {
    if (inSeconds(alert.for) >= inSeconds(window as Duration))
      throw new Error(`${name}: for ${alert.for} has to be shorter than the window ${window}`);
  }
  return {
    alert: name,
    expr: query.promql,
    ...(alert.for !== '0s' && { for: alert.for }),
    ...(keepFiringFor !== undefined && { keep_firing_for: keepFiringFor }),
    labels: { severity, ...alert.labels },
    annotations: { summary, description, ...(whyNow && { why_now: whyNow }), ...annotations },
  };
}
