import type { Series } from '@aio/catalog/promql';
import type { Duration } from '@aio/catalog/time-scale';

/** A story told in samples, and what an alert makes of it. */
export interface RuleCase {
  readonly name: string;
  readonly alert: string;
  /** How often there is a sample. Default: each minute. */
  readonly every?: '15s' | '1m';
  /** Each with its samples, in promtool's notation: `0+10x60` counts up by 10. */
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
