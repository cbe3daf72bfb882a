import { LOAD_METRICS } from '@aio/catalog/load-metrics';
import { listLoadThresholds } from '@aio/catalog/load-thresholds';
import { JOURNEY, SLOS } from '@aio/catalog/slos';
import {
  type K6Metric,
  type K6Summary,
  type Quantiles,
  readCount,
  readShare,
  readTrend,
  tagValues,
} from './k6-summary.ts';
import { quantileOf } from '../quantile.ts';
import type { RunSummary } from './read-runs.ts';
import type { LoadResult, Objective, PartFigures, RunFigures } from './result.ts';

/** Thresholds that always pass. They make k6 keep the figures. */
const ALWAYS = /^(max|rate|count)>=0$/;
/** If k6 drops a larger share of iterations, it did not offer the rate. */
const MOST_DROPPED = 0.01;
/** Phases in order; other parts sort by name. */
const PHASES = ['before', 'spike', 'recovery', 'after', 'first', 'second', 'third', 'last'];

/** Every threshold with its measured value, and whether k6 offered the full load. */
export function readObjectives(summary: K6Summary): Objective[] {
  const found = Object.entries(summary.metrics).flatMap(([name, metric]) =>
    Object.entries(metric.thresholds ?? {})
      .filter(([expression]) => !ALWAYS.test(expression))
      .map(([expression, { ok }]) => ({
        title: titleOf(name),
        metric: name,
        expression,
        measured: measuredOf(metric, expression),
        kept: ok,
      })),
  );
  const dropped = droppedShare(summary);
  return [
    // k6 returns them in any order.
    ...found.toSorted((a, b) => a.title.localeCompare(b.title)),
    {
      title: 'Load not offered',
      metric: 'dropped_iterations',
      expression: `rate<${MOST_DROPPED}`,
      measured: dropped,
      kept: dropped < MOST_DROPPED,
    },
  ];
}

function titleOf(name: string): string {
  const [metric = '', tags = ''] = name.replace('}', '').split('{');
  const base = (other: string) => other.split('{')[0];
  const slo = listLoadThresholds().find((threshold) => base(threshold.metric) === metric)?.slo;
  const where = /scenario:([\w-]+)/.exec(tags)?.[1];
  const own: Record<string, string> = {
    checks: 'Correct answers',
    [LOAD_METRICS.eventDelay]: 'Run end received',
    [LOAD_METRICS.journey]: JOURNEY.title,
    [LOAD_METRICS.journeyFailed]: `${JOURNEY.title}, failed`,
  };
  const title = slo === undefined ? (own[metric] ?? metric) : SLOS[slo].title;
  return where === undefined ? title : `${title}, ${where}`;
}

function measuredOf(metric: K6Metric, expression: string): number | null {
  const isEmpty = metric.type === 'trend' && (metric.values['count'] ?? 0) === 0;
  const key = /^[\w().]+/.exec(expression)?.[0] ?? '';
  return isEmpty ? null : (metric.values[key] ?? null);
}

function droppedShare(summary: K6Summary): number {
  const dropped = readCount(summary, 'dropped_iterations');
  const begun = readCount(summary, 'iterations');
  return dropped === 0 ? 0 : dropped / (dropped + begun);
}

export function readRequests(summary: K6Summary): LoadResult['requests'] {
  const routes = tagValues(summary, 'http_req_duration', 'route').flatMap((route) => {
    const time = readTrend(summary, `http_req_duration{route:${route}}`);
    return time
      ? [{ route, time, failed: readShare(summary, `http_req_failed{route:${route}}`) }]
      : [];
  });
  return {
    count: readCount(summary, 'http_reqs'),
    perSecond: readCount(summary, 'http_reqs') / (summary.state.testRunDurationMs / 1000),
    failed: readShare(summary, 'http_req_failed{traffic:requests}'),
    dropped: readCount(summary, 'dropped_iterations'),
    time: readTrend(summary, 'http_req_duration{traffic:requests}'),
    routes,
  };
}

/** Figures by k6 scenario or by shape, for tests with several. */
export function readParts(summary: K6Summary): PartFigures[] {
  const place = (name: string) => `${String(PHASES.indexOf(name)).padStart(2)} ${name}`;
  return ['scenario', 'shape'].flatMap((tag) =>
    tagValues(summary, LOAD_METRICS.steps, tag)
      .toSorted((a, b) => place(a).localeCompare(place(b)))
      .map((name) => {
        const of = (metric: string) => `${metric}{${tag}:${name}}`;
        return {
          name,
          runs: readTrend(summary, of(LOAD_METRICS.runDuration)),
          queueTime: readTrend(summary, of(LOAD_METRICS.queueTime)),
          requests: readTrend(summary, `http_req_duration{${tag}:${name},traffic:requests}`),
          failed: readShare(summary, of(LOAD_METRICS.runFailed)),
          steps: readCount(summary, of(LOAD_METRICS.steps)),
        };
      }),
  );
}

/** Combines k6's figures of the clients with the API's list of runs. */
export function readRunFigures(
  summary: K6Summary,
  runs: readonly RunSummary[],
  drained: RunFigures['drained'],
): RunFigures {
  const ended = runs.filter(({ finishedAt }) => finishedAt !== null);
  const begins = runs.map(({ createdAt }) => Date.parse(createdAt));
  const ends = ended.map(({ finishedAt }) => Date.parse(finishedAt as string));
  const seconds = ended.length > 0 ? (largest(ends) - least(begins)) / 1000 : 0;
  const steps = ended.reduce((all, { stepsDone }) => all + stepsDone, 0);
  return {
    byStatus: countBy(runs, ({ status }) => status),
    perSecond: seconds > 0 ? ended.length / seconds : 0,
    stepsPerSecond: seconds > 0 ? steps / seconds : 0,
    seen: readTrend(summary, LOAD_METRICS.runDuration),
    served: quantilesOf(ended.map(({ durationMs }) => durationMs ?? 0)),
    queueTime: readTrend(summary, LOAD_METRICS.queueTime),
    execution: readTrend(summary, LOAD_METRICS.execution),
    eventDelay: readTrend(summary, LOAD_METRICS.eventDelay),
    drained,
  };
}

/** @returns undefined = no values */
export function quantilesOf(values: readonly number[]): Quantiles | undefined {
  if (values.length === 0) return undefined;
  const at = (share: number) => quantileOf(values, share);
  return { count: values.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}

function countBy<Item>(items: readonly Item[], key: (item: Item) => string) {
  const counts: Record<string, number> = {};
  for (const item of items) counts[key(item)] = (counts[key(item)] ?? 0) + 1;
  return counts;
}

const largest = (values: readonly number[]) => values.reduce((a, b) => Math.max(a, b), -Infinity);
const least = (values: readonly number[]) => values.reduce((a, b) => Math.min(a, b), Infinity);
