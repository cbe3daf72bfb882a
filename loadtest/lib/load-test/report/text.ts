import type { Comparison } from '../compare.ts';
import type { Quantiles } from '../k6-summary.ts';
import type { SlowRun } from '../read-runs.ts';
import type { LoadResult } from '../result.ts';
import {
  answerOf,
  describeAsked,
  describeComparison,
  describeEnds,
  describeObjective,
  describeTime,
  formatChange,
  formatFigure,
  formatMs,
  formatQuantiles,
  formatRate,
  formatShare,
} from './format.ts';
import { timeOf } from '../run-time.ts';
import { columns } from './columns.ts';

const MARKS = { better: '▲', worse: '▼', same: '·' };
const STEPS_SHOWN = 4;

/** The report for a terminal. */
export function toText(result: LoadResult, comparison: Comparison | undefined): string[] {
  return [
    '',
    `${result.asked.scenario}: ${result.question}`,
    `${result.kept ? '✔' : '✖'} ${answerOf(result)}`,
    ...section('Objectives', objectives(result)),
    ...section('Knee search', tries(result)),
    ...section('Requests', requests(result)),
    ...section('Runs', runs(result)),
    ...section('Phases and shapes', parts(result)),
    ...section('Slowest runs', result.slowest.flatMap(slowRun)),
    ...section('Failed requests', failures(result)),
    ...(comparison
      ? section(`Compared with ${describeComparison(comparison)}`, changes(comparison))
      : []),
    ...section('Conditions', conditions(result)),
  ];
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`.trimEnd())];
}

function objectives(result: LoadResult): string[] {
  return columns(
    result.objectives.map((objective) => {
      const { measured, limit } = describeObjective(objective);
      return [objective.kept ? '✔' : '✖', objective.title, measured, limit];
    }),
  );
}

function tries({ knee }: LoadResult): string[] {
  if (!knee) return [];
  return columns([
    ['', 'runs/s', 'ended/s', 'requests P99', 'runs P95', 'queue time P99', ''],
    ...knee.tries.map((tried) => [
      tried.kept ? '✔' : '✖',
      String(tried.rate),
      formatRate(tried.achieved),
      formatMs(tried.requestP99),
      formatMs(tried.runP95),
      formatMs(tried.queueTimeP99),
      tried.missed.join('; '),
    ]),
  ]);
}

function requests({ requests }: LoadResult): string[] {
  const row = (name: string, time: Quantiles, failed: number) => [
    name,
    String(time.count),
    ...formatQuantiles(time),
    formatShare(failed),
  ];
  return [
    ...columns([
      ['route', 'count', 'P50', 'P95', 'P99', 'max', 'failed'],
      ...requests.routes.map(({ route, time, failed }) => row(route, time, failed)),
      ...(requests.time ? [row('all except streams', requests.time, requests.failed)] : []),
    ]),
    `${formatRate(requests.perSecond)} requests a second, ${requests.dropped} iterations dropped`,
  ];
}

function runs({ runs }: LoadResult): string[] {
  const rows: [string, Quantiles | undefined][] = [
    ['measured by clients', runs.seen],
    ['measured by AIO', runs.served],
    ['queue time', runs.queueTime],
    ['execution time', runs.execution],
    ['end received after', runs.eventDelay],
  ];
  const { counts, drained } = describeEnds(runs);
  return [
    ...columns([
      ['', 'count', 'P50', 'P95', 'P99', 'max'],
      ...rows.flatMap(([name, time]) =>
        time ? [[name, String(time.count), ...formatQuantiles(time)]] : [],
      ),
    ]),
    `${counts}; ${formatRate(runs.perSecond)} runs and ${formatRate(runs.stepsPerSecond)} steps a second; ${drained}`,
  ];
}

function parts({ parts }: LoadResult): string[] {
  if (parts.length === 0) return [];
  const p95 = (time: Quantiles | undefined) => (time ? formatMs(time.p95) : '-');
  return columns([
    ['', 'runs', 'runs P95', 'queue time P95', 'requests P95', 'failed', 'steps'],
    ...parts.map((part) => [
      part.name,
      String(part.runs?.count ?? 0),
      p95(part.runs),
      p95(part.queueTime),
      p95(part.requests),
      formatShare(part.failed),
      String(part.steps),
    ]),
  ]);
}

function slowRun({ time, traceUrl, traceId, id, workflow, status, after }: SlowRun): string[] {
  const steps = time.path
    .toSorted((a, b) => b.total - a.total)
    .slice(0, STEPS_SHOWN)
    .map(
      (step) =>
        `${step.id} ${formatMs(timeOf(step.spent, 'queue'))} + ${formatMs(timeOf(step.spent, 'execution'))}`,
    );
  return [
    `${formatMs(time.total)}  ${workflow} ${status}, submitted after ${after.toFixed(1)} s, run ${id}`,
    `  ${describeTime(time)}`,
    ...(steps.length > 0 ? [`  queue + execution time: ${steps.join(', ')}`] : []),
    `  ${traceUrl ?? (traceId === null ? 'not traced' : `trace ${traceId}`)}`,
  ];
}

function failures({ failures }: LoadResult): string[] {
  return failures.map(
    ({ method, route, status, error, traceId }) =>
      `${method} ${route}: ${status} ${error} (trace ${traceId})`,
  );
}

function changes({ changes }: Comparison): string[] {
  return columns(
    changes.map((change) => [
      MARKS[change.verdict],
      change.name,
      formatFigure(change.before, change.unit),
      '→',
      formatFigure(change.now, change.unit),
      formatChange(change),
      change.verdict === 'same' ? '' : change.verdict,
    ]),
  );
}

function conditions(result: LoadResult): string[] {
  const { conditions, asked } = result;
  const { cpu, cores, memoryGb, loadBefore, versions, target, command } = conditions;
  return [
    `${cpu}, ${cores} cores, ${memoryGb} GB, load before ${loadBefore}`,
    `${Object.entries(versions)
      .map(([name, version]) => (version.includes(name) ? version : `${name} ${version}`))
      .join(', ')}; ${target}`,
    `${describeAsked(result)}, ${Math.round(asked.traced * 100)} % traced: ${command}`,
  ];
}
