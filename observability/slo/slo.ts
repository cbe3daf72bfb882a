/** A service level objective as data, and its bad and all events as PromQL. */
import { eventsPerSecond } from './events-per-second.ts';
import { minus, or, orZero, plus } from './promql.ts';
import { type Query, type Series } from './query.ts';
import type { Duration } from './duration.ts';

interface SloBase {
  readonly title: string;
  /** Definition of a good event. */
  readonly description: string;
  /** Share of events of 30 days that should be good, between 0 and 1. */
  readonly objective: number;
  /** Why a fast burn wakes a person. Absent = it is a ticket. */
  readonly whyNow?: string;
  /** Bad events in the longer window below which no burn-rate alert fires: one error in a quiet night wakes nobody. */
  readonly minBad?: number;
  /** Events in 30 days below which the error budget says nothing. Default: as many as allow one bad event. */
  readonly minEvents?: number;
  /** Events per second that no counter of the service has, e.g. errors of a proxy before it: bad, and may be absent. */
  readonly uncounted?: Series;
  /** If good means fast: the bound, one of the histogram's buckets. */
  readonly boundSeconds?: number;
  /** What a load test measures. Absent = a client cannot measure it. */
  readonly k6?: K6Metric;
  /** Labels of a bad and of a good event for the rules' tests, where matchers do not name a value. */
  readonly examples?: {
    readonly bad?: Readonly<Record<string, string>>;
    readonly good?: Readonly<Record<string, string>>;
  };
}

export interface K6Metric {
  /** Of k6: a rate, or a trend in milliseconds if the objective has a bound. */
  readonly metric: string;
  /** Only samples with these tags count. The script must set them. */
  readonly tags?: Readonly<Record<string, string>>;
}

/** One counter, or several to add up. Each has to exist from the start of a process: see README.md. */
export type Counted = Series<string> | readonly Series<string>[];

/** Counters of two of good, bad and total; the third follows. */
type Events =
  | { readonly good: Counted; readonly total: Counted }
  | { readonly bad: Counted; readonly total: Counted }
  | { readonly bad: Counted; readonly good: Counted };

export type Slo = SloBase & Events;

/** Share of events that may be bad, e.g. 0.001. */
export function errorBudget({ objective }: Pick<Slo, 'objective'>): number {
  return Number((1 - objective).toPrecision(6));
}

/** Events in 30 days from which on the error budget is a number. */
export function minEventsOf(slo: Pick<Slo, 'objective' | 'minEvents'>): number {
  return slo.minEvents ?? Math.ceil(1 / errorBudget(slo));
}

/** Bad events per second. */
export function badEvents(slo: Slo, range: Duration): Query {
  const own =
    'bad' in slo
      ? perSecond(slo.bad, range)
      : minus(perSecond(slo.total, range), perSecond(slo.good, range));
  return withUncounted(own, slo);
}

/** Events per second. */
export function allEvents(slo: Slo, range: Duration): Query {
  const own =
    'total' in slo
      ? perSecond(slo.total, range)
      : plus(perSecond(slo.bad, range), perSecond(slo.good, range));
  return withUncounted(own, slo);
}

function withUncounted(own: Query, { uncounted }: Slo): Query {
  return uncounted ? or(plus(own, orZero(uncounted)), uncounted) : own;
}

export function seriesOfEvents(counted: Counted): readonly Series<string>[] {
  return 'isSeries' in counted ? [counted] : counted;
}

function perSecond(counted: Counted, range: Duration): Query {
  return seriesOfEvents(counted)
    .map((one) => eventsPerSecond(one, range))
    .reduce((all, one) => plus(all, one));
}
