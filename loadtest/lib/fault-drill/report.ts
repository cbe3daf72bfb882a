import { seconds } from '../kill-drill/report.ts';
import type { FaultResult } from './fault.ts';
import type { Outcome } from './run-faults.ts';

/** What a drill in full kills at least. */
export const FULL_KILLS = 200;

/** One line: verdict, name, figures, limit; a line more for each miss. */
export function describeOutcome(outcome: Outcome): string[] {
  const { fault, kind } = outcome;
  const took = `${Math.round(outcome.seconds)} s`;
  if (kind === 'skipped') return [`- ${fault.name}: skipped, ${outcome.reason}`];
  if (kind === 'broken') {
    const { error, folder } = outcome;
    const reasons = [error.message, ...causesOf(error)];
    return [
      `✖ ${fault.name}: could not go on (${took}): ${reasons.join(': ')}`,
      ...(folder === '' ? [] : [`    logs and data: ${folder}`]),
    ];
  }
  const { result } = outcome;
  const mark = result.misses.length === 0 ? '✔' : '✖';
  return [
    `${mark} ${fault.name}: ${describeFigures(result)} (${took}) [${fault.limit}]`,
    ...result.misses.map((miss) => `    ${miss}`),
  ];
}

function describeFigures({ lost, dup, stuckMs, fx, figures }: FaultResult): string {
  const rows = [
    lost === null ? [] : [`LOST ${lost}`],
    dup === null ? [] : [`DUP ${dup}`],
    stuckMs === null ? [] : [`STUCK ${seconds(stuckMs)}`],
    fx === null ? [] : [`FX ${fx}`],
  ].flat();
  return [rows.join(' '), ...figures].filter((text) => text !== '').join(', ');
}

function causesOf(error: Error): string[] {
  const { cause } = error;
  return cause instanceof Error ? [cause.message, ...causesOf(cause)] : [];
}

export function isPassed(outcome: Outcome): boolean {
  return (
    outcome.kind === 'skipped' || (outcome.kind === 'done' && outcome.result.misses.length === 0)
  );
}

export function countKills(outcomes: readonly Outcome[]): number {
  return outcomes.reduce(
    (sum, outcome) => sum + (outcome.kind === 'done' ? outcome.result.kills : 0),
    0,
  );
}

/** The last lines of a drill: what failed by name, what was skipped, the counts. */
export function summarize(outcomes: readonly Outcome[]): string[] {
  const failed = outcomes.filter((outcome) => !isPassed(outcome));
  const skipped = outcomes.filter(({ kind }) => kind === 'skipped');
  const names = (of: readonly Outcome[]) => of.map(({ fault }) => fault.name).join(', ');
  const passed = outcomes.length - failed.length - skipped.length;
  return [
    ...(failed.length > 0 ? [`failed: ${names(failed)}`] : []),
    ...(skipped.length > 0 ? [`skipped: ${names(skipped)}`] : []),
    `${passed} passed, ${failed.length} failed, ${skipped.length} skipped`,
  ];
}

/** What all of them have lost, done twice and killed. */
export function addUp(outcomes: readonly Outcome[]): string {
  const done = outcomes.flatMap((outcome) => (outcome.kind === 'done' ? [outcome.result] : []));
  const sum = (figure: 'lost' | 'dup') =>
    done.reduce((total, result) => total + (result[figure] ?? 0), 0);
  return `LOST ${sum('lost')}, DUP ${sum('dup')}, ${countKills(outcomes)} kills`;
}
