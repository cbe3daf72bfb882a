import { columns } from '@aio/tools/cli/columns';
import { describeComparison } from './compare.ts';
import { listCrossed, valueOf } from './k6-summary.ts';
import type { SlowRun, TimeByClass } from './read-runs.ts';
import type { LoadResult } from './result.ts';
import { questionOf } from './scenarios.ts';

/** Steps of a critical path. */
const STEPS_SHOWN = 4;

/** What k6's summary does not say: the answer, the knee, the slowest runs, and changes since an earlier result. */
export function describeResult(result: LoadResult, before: LoadResult | undefined): string[] {
  const { asked, kept, slowest, failures, conditions } = result;
  return [
    '',
    `${asked.scenario}: ${questionOf(asked.scenario)}`,
    `${kept ? '✔' : '✖'} ${answerOf(result)}`,
    ...section('Knee search', listTries(result)),
    ...section('Slowest runs', slowest.flatMap(describeSlowRun)),
    ...section(
      'Failed requests',
      failures.map(
        ({ method, route, status, error, traceId }) =>
          `${method} ${route}: ${status} ${error} (trace ${traceId})`,
      ),
    ),
    ...(before
      ? section(`Compared with ${before.testid}`, describeComparison(result, before))
      : []),
    ...section('Conditions', [
      `${conditions.cpu}, ${conditions.cores} cores, ${conditions.memoryGb} GB, load before ${conditions.loadBefore}`,
      `${conditions.versions}; ${conditions.target}; ${conditions.command}`,
    ]),
  ];
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];
}

/** The answer to the scenario's question, in a few words. */
function answerOf({ kept, knee, metrics, runs }: LoadResult): string {
  const counts = Object.entries(runs.byStatus).map(([status, count]) => `${count} ${status}`);
  const all = `runs: ${counts.join(', ') || 'none'}`;
  if (knee) {
    if (knee.rate === null) return `no rate meets the objectives; ${all}`;
    const beyond =
      knee.missedAt === null ? 'no tried rate missed the objectives' : `missed at ${knee.missedAt}`;
    return `the knee is at ${knee.rate} runs a second; ${beyond}; ${all}`;
  }
  if (kept) return `all objectives met; ${all}`;
  const missed = listCrossed(metrics);
  if (runs.open > 0) missed.push(`${runs.open} runs did not end`);
  return `missed: ${missed.join('; ')}; ${all}`;
}

const OF_TRIES = [
  ['http_req_duration{traffic:requests}', 'p(99)', 'requests P99'],
  ['load_run_duration', 'p(95)', 'runs P95'],
  ['load_queue_time', 'p(99)', 'queue time P99'],
] as const;

function listTries({ knee }: LoadResult): string[] {
  if (!knee) return [];
  return columns([
    ['', 'runs/s', ...OF_TRIES.map(([, , title]) => title), ''],
    ...knee.tries.map(({ kept, rate, metrics, missed }) => [
      kept ? '✔' : '✖',
      String(rate),
      ...OF_TRIES.map(([name, figure]) => formatMs(valueOf(metrics, name, figure) ?? 0)),
      missed.join('; '),
    ]),
  ]);
}

function describeSlowRun({ time, traceUrl, traceId, id, workflow, status, after }: SlowRun) {
  const path = time.path
    .toSorted((a, b) => b.totalMs - a.totalMs)
    .slice(0, STEPS_SHOWN)
    .filter(({ totalMs }) => totalMs > 0)
    .map(({ step, byClass }) => `${step} (${describeTime(byClass)})`);
  return [
    `${formatMs(time.totalMs)}  ${workflow} ${status}, submitted after ${after.toFixed(1)} s, run ${id}`,
    `  ${describeTime(time.byClass)}`,
    ...(path.length > 0 ? [`  longest steps of the critical path: ${path.join(', ')}`] : []),
    `  ${traceUrl ?? (traceId === null ? 'not traced' : `trace ${traceId}`)}`,
  ];
}

/** e.g. `queue 12 ms, http 1.24 s`. */
function describeTime(byClass: TimeByClass): string {
  return Object.entries(byClass)
    .filter(([, ms]) => ms > 0)
    .map(([name, ms]) => `${name} ${formatMs(ms)}`)
    .join(', ');
}

/** e.g. `7.4 ms`, `312 ms`, `2.41 s`, `3 min 20 s`. */
function formatMs(ms: number): string {
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(2)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
}
