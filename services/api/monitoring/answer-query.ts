import type { Static } from 'typebox';
import { askTarget, nameOf } from '@aio/query/ask-target';
import type { Target } from '@aio/query/boards';
import { fillIn, type Values } from '@aio/query/fill-in';
import type { Exemplar, PrometheusApi, Series, TimeRange, TimeSpan } from '@aio/query/prometheus';
import type { TraceUrls } from '../trace-links.ts';
import type { ExemplarSchema, QueryDataSchema, TargetDataSchema } from './schema.ts';
import { timesOf } from './time-span.ts';

type TargetData = Static<typeof TargetDataSchema>;
type Value = TargetData['series'][number]['values'][number];

const MOST_SERIES = 100;

export interface QueryDeps {
  prometheus: Pick<PrometheusApi, 'query' | 'queryRange' | 'exemplars'>;
  traceUrlOf: TraceUrls;
}

/**
 * Returns the series of several queries on one grid.
 * @throws QueryError, PrometheusAway
 */
export async function answerQueries(
  deps: QueryDeps,
  targets: readonly Target[],
  values: Values,
  { range, span }: { range: TimeRange; span: TimeSpan },
): Promise<Static<typeof QueryDataSchema>> {
  const answers = await Promise.all(
    targets.map((target) => answerQuery(deps, target, values, { range, span })),
  );
  return { stepSeconds: range.stepSeconds, targets: answers };
}

/**
 * Returns the series of a query on the grid of `range`; for an instant query, at the end of `span`.
 * @throws QueryError, PrometheusAway
 */
export async function answerQuery(
  { prometheus, traceUrlOf }: QueryDeps,
  target: Target,
  values: Values,
  { range, span }: { range: TimeRange; span: TimeSpan },
): Promise<TargetData> {
  const promql = fillIn(target.expr, values);
  const asked = target.instant ? { ...range, to: span.to } : range;
  const [found, exemplars] = await Promise.all([
    askTarget(prometheus, target, values, asked),
    target.exemplar ? prometheus.exemplars(promql, span) : [],
  ]);
  const kept = largest(found);
  const leftOut = found.length - kept.length;
  const at = target.instant ? [span.to] : timesOf(range);
  return {
    refId: target.refId,
    promql,
    at,
    series: kept.map((series) => ({
      legend: nameOf(series, target.legendFormat),
      labels: series.labels,
      values: target.instant
        ? series.samples.map(({ value }) => presentValue(value))
        : onGrid(series, at.length, range),
    })),
    leftOut,
    note:
      leftOut === 0
        ? null
        : `Shows ${MOST_SERIES} of ${found.length} series, those with the largest values. Choose fewer values of the variables.`,
    exemplars: presentExemplars(exemplars, span, traceUrlOf),
  };
}

function onGrid({ samples }: Series, length: number, { from, stepSeconds }: TimeRange): Value[] {
  const values: Value[] = Array.from({ length }, () => null);
  for (const { at, value } of samples)
    values[Math.round((at - from) / stepSeconds)] = presentValue(value);
  return values;
}

/** JSON has no infinity, so use Prometheus' text for it. */
function presentValue(value: number): Value {
  if (Number.isFinite(value)) return value;
  return value > 0 ? '+Inf' : '-Inf';
}

/** The series with the largest values, in their original order. */
function largest(found: readonly Series[]): readonly Series[] {
  if (found.length <= MOST_SERIES) return found;
  const most = new Map(
    found.map((series) => [
      series,
      series.samples.reduce((max, { value }) => Math.max(max, value), -Infinity),
    ]),
  );
  const kept = new Set(found.toSorted((a, b) => most.get(b)! - most.get(a)!).slice(0, MOST_SERIES));
  return found.filter((series) => kept.has(series));
}

/** More dots than this would overlap. */
const MOST = 200;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Returns the largest exemplar of each of 200 parts of the span, ascending in time, with its links. */
export function presentExemplars(
  exemplars: readonly Exemplar[],
  { from, to }: TimeSpan,
  traceUrlOf: TraceUrls,
): Static<typeof ExemplarSchema>[] {
  const largest = new Map<number, Exemplar>();
  for (const exemplar of exemplars) {
    if (!Number.isFinite(exemplar.value)) continue;
    const part = Math.floor(((exemplar.at - from) / (to - from)) * MOST);
    const known = largest.get(part);
    if (known === undefined || exemplar.value > known.value) largest.set(part, exemplar);
  }
  return [...largest.values()]
    .toSorted((a, b) => a.at - b.at)
    .map(({ at, value, labels, seriesLabels }) => {
      const traceId = labels['trace_id'] ?? null;
      const runId = labels['run_id'];
      return {
        at,
        value,
        labels: { ...seriesLabels, ...labels },
        traceId,
        traceUrl: traceUrlOf(traceId),
        runId: runId !== undefined && UUID.test(runId) ? runId : null,
      };
    });
}
