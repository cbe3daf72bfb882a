import type { Series } from '@aio/catalog/promql';
import type { Duration } from '@aio/catalog/time-scale';

/** A story told in samples, and what an alert makes of it. */
export interface RuleCase {
  readonly name: string;
  readonly alert: string;
  /** Each with its samples, one a minute, in promtool's notation: `0+10x60` counts up by 10. */
  readonly given: readonly (readonly [series: Series<string>, samples: string])[];
  readonly at: Duration;
  /** Empty = it must be quiet. */
  readonly fires: readonly Firing[];
}

interface Firing {
  /** Of burn-rate alerts, which have a rule for each: their long window. */
  readonly window?: string;
  /** Those of the series. */
  readonly labels?: Readonly<Record<string, string>>;
  /** As people read it, the value filled in. */
  readonly summary: string;
}
