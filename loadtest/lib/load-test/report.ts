import { columns } from '../columns.ts';
import type { Change, Comparison } from './compare.ts';
import { unitOf } from './figures.ts';
import { formatFigure, formatMs, formatRate } from './format.ts';
import { describeObjective } from './objectives.ts';
import type { SlowRun, TimeByClass } from './read-runs.ts';
import type { LoadResult } from './result.ts';

const MARKS = { better: '▲', worse: '▼', same: '·' };
/** Steps of a critical path. */
const STEPS_SHOWN = 4;

/** The report for a terminal. */
export function describeResult(result: LoadResult, comparison: Comparison | undefined): string[] {
  const figures = comparison ? `Figures, ${describeComparison(comparison)}` : 'Figures';
  return [
    '',
    `${result.asked.scenario}: ${result.question}`,
    `${result.kept ? '✔' : '✖'} ${answerOf(result)}`,
    ...section('Objectives', listObjectives(result)),
    ...section('Knee search', listTries(result)),
    ...section(figures, listFigures(result, comparison)),
    ...section('Slowest runs', result.slowest.flatMap(describeSlowRun)),
    ...section('Failed requests', listFailures(result)),
    ...section('Conditions', listConditions(result)),
  ];
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];
}

/** The answer to the scenario's question, in a few words. */
function answerOf({ kept, knee, objectives, runs }: LoadResult): string {
  if (knee) {
    if (knee.rate === null) return 'no rate meets the objectives';
    const beyond =
      knee.missedAt === null ? 'no tried rate missed the objectives' : `missed at ${knee.missedAt}`;
    return `the knee is at ${knee.rate} runs a second; ${beyond}`;
  }
  if (kept) return 'all objectives met';
  const missed = objectives.filter((objective) => !objective.kept).map(({ title }) => title);
  if (runs.drained.open > 0) missed.push(`${runs.drained.open} runs did not end`);
  return `missed: ${missed.join(', ')}`;
}

function listObjectives({ objectives }: LoadResult): string[] {
  return columns(
    objectives.map((objective) => [objective.kept ? '✔' : '✖', ...describeObjective(objective)]),
  );
}

const OF_TRIES = ['Requests P99', 'Runs P95', 'Queue time P99'];

function listTries({ knee }: LoadResult): string[] {
  if (!knee) return [];
  return columns([
    ['', 'runs/s', 'ended/s', ...OF_TRIES, ''],
    ...knee.tries.map(({ kept, rate, achieved, figures, missed }) => [
      kept ? '✔' : '✖',
      String(rate),
      formatRate(achieved),
      ...OF_TRIES.map((name) => formatMs(figures[name] ?? 0)),
      missed.join('; '),
    ]),
  ]);
}

function listFigures({ figures, runs }: LoadResult, comparison: Comparison | undefined): string[] {
  const { byStatus, drained } = runs;
  const counts = Object.entries(byStatus).map(([status, count]) => `${count} ${status}`);
  const end =
    drained.open > 0
      ? `${drained.open} did not end`
      : `the last run ended ${drained.seconds.toFixed(1)} s after the load`;
  return [
    ...columns(
      Object.entries(figures).map(([name, value]) => [
        name,
        formatFigure(value, unitOf(name)),
        ...describeChange(name, value, comparison?.changes[name]),
      ]),
    ),
    `Runs: ${counts.join(', ') || 'none'}; ${end}`,
  ];
}

/** e.g. `▼`, `before 312 ms`, `+24 %`, `worse`; only blanks if the earlier result does not have the figure. */
function describeChange(name: string, now: number, change: Change | undefined): string[] {
  if (change === undefined) return ['', '', '', ''];
  const { before, verdict } = change;
  const percent = Math.round(((now - before) / before) * 100);
  const sign = percent > 0 ? '+' : percent < 0 ? '−' : '±';
  return [
    MARKS[verdict],
    `before ${formatFigure(before, unitOf(name))}`,
    before === 0 ? '' : `${sign}${Math.abs(percent)} %`,
    verdict === 'same' ? '' : verdict,
  ];
}

function describeComparison({ testid, startedAt, differences }: Comparison): string {
  const otherwise = differences.length > 0 ? `; differences: ${differences.join(', ')}` : '';
  const time = startedAt.slice(0, 16).replace('T', ' ');
  return `compared with ${testid} of ${time} UTC${otherwise}`;
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

function listFailures({ failures }: LoadResult): string[] {
  return failures.map(
    ({ method, route, status, error, traceId }) =>
      `${method} ${route}: ${status} ${error} (trace ${traceId})`,
  );
}

function listConditions({ conditions, asked, knee }: LoadResult): string[] {
  const { cpu, cores, memoryGb, loadBefore, versions, target, command } = conditions;
  const { rate, seconds, listeners, scenario } = asked;
  const load = scenario === 'listeners' ? `${listeners} listeners` : `${rate} runs a second`;
  const from = knee ? 'each rate from ' : '';
  return [
    `${cpu}, ${cores} cores, ${memoryGb} GB, load before ${loadBefore}`,
    `${versions.k6}, node ${versions.node}; ${target}`,
    `${from}${load} for ${seconds} s, ${Math.round(asked.traced * 100)} % traced: ${command}`,
  ];
}
