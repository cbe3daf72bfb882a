import { LOAD_METRICS } from '@aio/catalog/metrics/load-metrics';
import { k6Thresholds, listK6Thresholds } from '@aio/slo/k6-thresholds';
import { SLOS } from '@aio/catalog/objectives/slos';
import type { Options, Scenario } from 'k6/options';
import { ROUTES } from './api.ts';
import { settings } from './settings.ts';

export type Thresholds = NonNullable<Options['thresholds']>;

/** The first request may wake up a sleeping database, and the last streams end with their runs. */
const SETUP_TIMEOUT = '60s';
/** Always true. k6 only keeps figures that have a threshold. */
const ALWAYS = { trend: ['max>=0'], rate: ['rate>=0'], counter: ['count>=0'] };

/** The options that all scenarios share: thresholds, and figures for each route. */
export function loadOptions(
  scenarios: Record<string, Scenario>,
  {
    thresholds = k6Thresholds(SLOS),
    figures = {},
  }: { thresholds?: Thresholds; figures?: Thresholds } = {},
): Options {
  return {
    scenarios,
    thresholds: merge({ checks: ['rate>0.999'] }, offered(), thresholds, figuresOfAll(), figures),
    // Without `url`: each run has its own URL, and each would become a series.
    systemTags: ['scenario', 'status', 'method', 'expected_response'],
    summaryTrendStats: ['avg', 'min', 'med', 'p(90)', 'p(95)', 'p(99)', 'max', 'count'],
    setupTimeout: SETUP_TIMEOUT,
    teardownTimeout: SETUP_TIMEOUT,
  };
}

/**
 * k6 drops iterations if it has no free virtual user. At one in a hundred, it did not offer the load.
 * @param rate iterations a second
 */
export function offered(rate = settings.rate): Thresholds {
  return { dropped_iterations: [`rate<${rate / 100}`] };
}

/** The objectives, of which those about time only apply to the named k6 scenarios. Elsewhere, a run may be late. */
export function onTimeIn(scenarios: readonly string[]): Thresholds {
  return Object.fromEntries(
    listK6Thresholds(SLOS).flatMap(({ slo, metric, expression }) =>
      !('boundSeconds' in SLOS[slo as keyof typeof SLOS])
        ? [[metric, [expression]]]
        : scenarios.map((name) => [withTag(metric, `scenario:${name}`), [expression]]),
    ),
  );
}

function withTag(metric: string, tag: string): string {
  return metric.endsWith('}') ? metric.replace('{', `{${tag},`) : `${metric}{${tag}}`;
}

/** Joins the thresholds of metrics that several parts name. */
function merge(...parts: readonly Thresholds[]): Thresholds {
  const merged: Thresholds = {};
  for (const part of parts)
    for (const [metric, expressions] of Object.entries(part))
      merged[metric] = [...(merged[metric] ?? []), ...expressions];
  return merged;
}

/** Figures of runs for each value of a tag. */
export function figuresBy(tag: string, values: readonly string[]): Thresholds {
  return Object.fromEntries(
    values.flatMap((value) => [
      [`${LOAD_METRICS.runDuration}{${tag}:${value}}`, ALWAYS.trend],
      [`${LOAD_METRICS.runFailed}{${tag}:${value}}`, ALWAYS.rate],
      [`${LOAD_METRICS.queueTime}{${tag}:${value}}`, ALWAYS.trend],
      [`${LOAD_METRICS.steps}{${tag}:${value}}`, ALWAYS.counter],
      [`http_req_duration{${tag}:${value},traffic:requests}`, ALWAYS.trend],
    ]),
  );
}

function figuresOfAll(): Thresholds {
  return Object.fromEntries([
    ['http_req_duration{traffic:requests}', ALWAYS.trend],
    ...Object.values(ROUTES).map((route) => [`http_req_duration{route:${route}}`, ALWAYS.trend]),
  ]);
}

/** Time for submitted runs to end before k6 abandons them. */
const GRACE = '30s';
/** A virtual user is busy from a run's submission to its end. */
const EXPECTED_RUN_SECONDS = 2;
const SLOW_RUN_SECONDS = 10;
const MOST_VIRTUAL_USERS = 1500;

interface Arrivals {
  /** Iterations that start per second, whether or not earlier ones have ended. Default: as asked. */
  rate?: number;
  /** Default: as asked. */
  seconds?: number;
  /** Seconds after the start of the test. */
  after?: number;
  /** Name of the exported function; default: the default export. */
  exec?: string;
}

/** Work that arrives at a fixed rate: slow answers do not slow it down. */
export function atRate({
  rate = settings.rate,
  seconds = settings.seconds,
  after = 0,
  exec = 'default',
}: Arrivals = {}): Scenario {
  return {
    executor: 'constant-arrival-rate',
    rate,
    timeUnit: '1s',
    duration: `${seconds}s`,
    startTime: `${after}s`,
    gracefulStop: GRACE,
    exec,
    preAllocatedVUs: virtualUsers(rate * EXPECTED_RUN_SECONDS),
    maxVUs: virtualUsers(rate * SLOW_RUN_SECONDS),
  };
}

/** The parts of a scenario one after the other, each with its share of the time. */
export function inTurn(
  parts: Record<string, { share: number; rate: number }>,
): Record<string, Scenario> {
  let after = 0;
  const scenarios: Record<string, Scenario> = {};
  for (const [name, { share, rate }] of Object.entries(parts)) {
    const seconds = Math.max(1, Math.round(settings.seconds * share));
    scenarios[name] = atRate({ rate, seconds, after });
    after += seconds;
  }
  return scenarios;
}

function virtualUsers(wanted: number): number {
  return Math.min(MOST_VIRTUAL_USERS, Math.ceil(wanted) + 2);
}
