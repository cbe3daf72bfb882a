/**
 * The service level objectives. Recording rules, burn-rate alerts, panels and thresholds of load tests are generated
 * from them; no other file defines an objective or a bound.
 *
 * They count from series that exist from the start of a process: in a series that begins with a count, such as the first
 * failed run of a workflow, Prometheus sees no increase.
 */
import type { Slo } from '@aio/slo/slo';
import { LANE_KINDS, PROBES } from '../metrics/labels.ts';
import { LOAD_METRICS } from '../metrics/load-metrics.ts';
import {
  type Bound,
  type HistogramKey,
  type Matchers,
  countOf,
  select,
  withinBound,
} from '../metrics/select.ts';
import { PROXY_ERRORS } from '../proxy-errors.ts';

/** Without probes, which are frequent, and /ready answers 503 by design. */
export const REQUESTS = { route: { not: PROBES } } as const;

/** Tags of a load test's requests, without event streams, which may last long. */
const REQUEST_TAGS = { traffic: 'requests' } as const;

export const SLOS = {
  apiAvailability: {
    title: 'API availability',
    description:
      'Share of requests that clients get answered without a server error (5xx), by the API or its proxy.',
    objective: 0.999,
    minEvents: 1000,
    whyNow: 'Requests of users fail faster than the budget of a month allows.',
    uncounted: PROXY_ERRORS,
    k6: { metric: 'http_req_failed', tags: REQUEST_TAGS },
    bad: countOf('httpResponses', { status: '5xx' }),
    total: countOf('httpResponses'),
  },
  apiLatency: {
    title: 'API latency',
    description:
      'Share of requests that the API answers within 250 ms, without event streams. Errors of its proxy are late.',
    objective: 0.99,
    minEvents: 1000,
    uncounted: PROXY_ERRORS,
    k6: { metric: 'http_req_duration', tags: REQUEST_TAGS },
    ...fasterThan('httpResponses', 0.25),
  },
  runSuccess: {
    title: 'Run success',
    description:
      'Share of runs that succeed, of those that succeed or fail. Runs that a person cancelled or rejected do not count.',
    objective: 0.95,
    minEvents: 100,
    k6: { metric: LOAD_METRICS.runFailed },
    bad: select('runsEnded', { outcome: 'failed' }),
    total: select('runsEnded', { outcome: ['succeeded', 'failed'] }),
  },
  runDuration: {
    title: 'Run duration',
    description:
      'Share of runs that end within 75.5 s of their submission, without runs that wait for a person, an event, a time or ' +
      'another run, and without cancelled ones.',
    objective: 0.95,
    minEvents: 100,
    k6: { metric: LOAD_METRICS.runDuration },
    ...fasterThan('runTime', 75.5),
  },
  queueTime: {
    title: 'Queue time',
    description:
      'Share of lane attempts that start within 2.5 s of being ready, and of runs without a first ' +
      'lane step that are claimed within 2.5 s.',
    objective: 0.99,
    minEvents: 500,
    whyNow: 'Users wait for work to start, and the backlog may grow.',
    k6: { metric: LOAD_METRICS.queueTime },
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
    minEvents: 1000,
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

/** One objective over two histograms with the same bound. */
function together(one: ReturnType<typeof fasterThan>, other: ReturnType<typeof fasterThan>) {
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
