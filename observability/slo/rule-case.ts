import type { Series } from './query.ts';
import type { Duration } from './duration.ts';

/** Samples of some series, and whether an alert fires on them. */
export interface RuleCase {
  readonly name: string;
  readonly alert: string;
  /** Interval of the samples. Default: a minute. */
  readonly every?: '15s' | '1m';
  /** Series with samples in promtool's notation: `0+10x60` counts up by 10. */
  readonly given: readonly (readonly [series: Series<string>, samples: string])[];
  readonly at: Duration;
  /** Empty = the alert must not fire. */
  readonly fires: readonly Firing[];
}

interface Firing {
  /** Long window of a burn-rate alert, which has a rule per window. */
  readonly window?: string;
  /** Labels of the series. */
  readonly labels?: Readonly<Record<string, string>>;
  /** With the value filled in. */
  readonly summary: string;
}

type Case = Omit<RuleCase, 'alert'>;

/** The cases of an alert. */
export function casesOf(alert: string, cases: readonly Case[]): RuleCase[] {
  return cases.map((one) => ({ alert, ...one }));
}

/** The alert fires at this time. */
export function fires(
  name: string,
  at: Duration,
  given: Case['given'],
  ...firings: readonly Firing[]
): Case {
  return { name, given, at, fires: firings };
}

/** The alert does not fire at this time. */
export function quiet(name: string, at: Duration, given: Case['given']): Case {
  return { name, given, at, fires: [] };
}
