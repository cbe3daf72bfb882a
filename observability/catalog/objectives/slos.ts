/**
 * The service level objectives. Recording rules, burn-rate alerts, panels and thresholds of load tests are generated
 * from them; no other file defines an objective or a bound.
 *
 * They count from series that exist from the start of a process: in a series that begins with a count, such as the first
 * failed run of a workflow, Prometheus sees no increase.
 */
import { LANE_KINDS, PROBES } from '../metrics/labels.ts';
import { eventsPerSecond } from '../metrics/events-per-second.ts';
import { type Query, type Series, minus, or, orZero, plus } from '../promql.ts';
import { PROXY_ERRORS } from '../proxy-errors.ts';
import {
  type Bound,
  type HistogramKey,
  type Matchers,
  countOf,
  select,
  withinBound,
} from '../metrics/select.ts';
import type { Duration } from '../alerts/time-scale.ts';

interface SloBase {
  readonly title: string;
  /** Definition of a good event. */
  readonly description: string;
  /** Share of events that should be good, between 0 and 1. */
  readonly objective: number;
  readonly window: '30d';
  /** Whether a fast burn pages: only if bad events hurt users. */
  readonly hurtsUsers: boolean;
  /** Minimum number of events in the longer window of a burn-rate alert; fewer prove nothing. */
  readonly minEvents: number;
  /** Whether clients also get answers that no process counts: the proxy's own. They are bad events. */
  readonly behindProxy?: true;
  /** If good means fast: the bound, one of the histogram's buckets. */
  readonly boundSeconds?: number;
}

/** One counter, or several to add up. */
type Counted = Series<string> | readonly Series<string>[];

/** Counters of two of good, bad and total; the third follows. */
type Events =
  | { readonly good: Counted; readonly total: Counted }
  | { readonly bad: Counted; readonly total: Counted }
  | { readonly bad: Counted; readonly good: Counted };

export type Slo = SloBase & Events;

/** Without probes, which are frequent, and /ready answers 503 by design. */
export const REQUESTS = { route: { not: PROBES } } as const;

export const SLOS = {
  apiAvailability: {
    title: 'API availability',
    description:
      'Share of requests that clients get answered without a server error (5xx), by the API or its proxy.',
    objective: 0.999,
    window: '30d',
    hurtsUsers: true,
    minEvents: 20,
    behindProxy: true,
    bad: countOf('httpResponses', { status: '5xx' }),
    total: countOf('httpResponses'),
  },
  apiLatency: {
    title: 'API latency',
    description:
      'Share of requests that the API answers within 250 ms, without event streams. Errors of its proxy are late.',
    objective: 0.99,
    window: '30d',
    hurtsUsers: true,
    minEvents: 20,
    behindProxy: true,
    ...fasterThan('httpResponses', 0.25),
  },
  runSuccess: {
    title: 'Run success',
    description:
      'Share of runs that succeed, of those that succeed or fail. Cancelled runs do not count.',
    objective: 0.95,
    window: '30d',
    hurtsUsers: true,
    minEvents: 10,
    bad: select('runsEnded', { outcome: 'failed' }),
    total: select('runsEnded', { outcome: ['succeeded', 'failed'] }),
  },
  queueTime: {
    title: 'Queue time',
    description:
      'Share of lane attempts that start within 2.5 s of being ready, and of runs without a first ' +
      'lane step that are claimed within 2.5 s.',
    objective: 0.99,
    window: '30d',
    hurtsUsers: true,
    minEvents: 20,
    ...together(
      fasterThan('stepQueueTime', 2.5, { kind: LANE_KINDS }),
      // Other runs count by their first steps, whose queue time includes the run's.
      fasterThan('runQueueTime', 2.5, { begins_with: 'inline' }),
    ),
  },
  telemetryLoss: {
    title: 'Telemetry loss',
    description: 'Share of sampled spans that reach the collector.',
    objective: 0.99,
    window: '30d',
    hurtsUsers: false,
    minEvents: 100,
    bad: select('spansDropped'),
    good: select('spansExported'),
  },
} as const satisfies Record<string, Slo>;

/**
 * Objective of the synthetic browser check (`loadtest/scenarios/browser.ts`). It has no monthly budget and no alert,
 * because the check does not run by default.
 */
export const JOURNEY = {
  title: 'Login and run start in a browser',
  description:
    'Share of checks that log in, start a run and see its end, and the time that most of them take.',
  objective: 0.99,
  /** Share of checks that take no longer than the bound. */
  onTime: 0.95,
  boundSeconds: 10.5,
} as const;

export type SloKey = keyof typeof SLOS;
export const SLO_KEYS = Object.keys(SLOS) as SloKey[];

/** Share of events that may be bad, e.g. 0.001. */
export function errorBudget({ objective }: Pick<Slo, 'objective'>): number {
  return Number((1 - objective).toPrecision(6));
}

/** Bad events per second. */
export function badEvents(slo: Slo, range: Duration): Query {
  const own =
    'bad' in slo
      ? perSecond(slo.bad, range)
      : minus(perSecond(slo.total, range), perSecond(slo.good, range));
  return slo.behindProxy ? withProxyErrors(own) : own;
}

/** Events per second. */
export function allEvents(slo: Slo, range: Duration): Query {
  const own =
    'total' in slo
      ? perSecond(slo.total, range)
      : plus(perSecond(slo.bad, range), perSecond(slo.good, range));
  return slo.behindProxy ? withProxyErrors(own) : own;
}

/** The proxy answers even while no API is up; other installations have none. */
function withProxyErrors(own: Query): Query {
  return or(plus(own, orZero(PROXY_ERRORS)), PROXY_ERRORS);
}

function perSecond(counted: Counted, range: Duration): Query {
  const series = 'isSeries' in counted ? [counted] : counted;
  return series.map((one) => eventsPerSecond(one, range)).reduce((all, one) => plus(all, one));
}

/** One objective over two histograms with the same bound. */
function together(
  one: { boundSeconds: number; good: Series<string>; total: Series<string> },
  other: { good: Series<string>; total: Series<string> },
) {
  return {
    boundSeconds: one.boundSeconds,
    good: [one.good, other.good],
    total: [one.total, other.total],
  };
}

function fasterThan<K extends HistogramKey>(
  key: K,
  boundSeconds: Bound<K>,
  matchers?: Matchers<K>,
) {
  return {
    boundSeconds: boundSeconds as number,
    good: withinBound(key, boundSeconds, matchers),
    total: countOf(key, matchers),
  };
}
