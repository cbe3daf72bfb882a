import { describeFigure, type DrillResult, type Figure } from './checks.ts';
import { describeError } from './errors.ts';
import type { Outcome } from './run-drills.ts';

/** The line begins with these figures, without commas. */
const ORACLES: readonly string[] = ['LOST', 'DUP', 'STUCK', 'FX'];

/** One line with verdict, name, figures and limits, then one line per miss. */
export function describeOutcome(outcome: Outcome): string[] {
  const { drill, kind } = outcome;
  const took = `${Math.round(outcome.seconds)} s`;
  if (kind === 'skipped') return [`- ${drill.name}: skipped, ${outcome.reason}`];
  if (kind === 'broken') {
    const { error, folder } = outcome;
    return [
      `✖ ${drill.name}: stopped with an error (${took}): ${describeError(error)}`,
      ...(folder === '' ? [] : [`    logs and data: ${folder}`]),
    ];
  }
  const { result } = outcome;
  const mark = result.misses.length === 0 ? '✔' : '✖';
  return [
    `${mark} ${drill.name}: ${describeFigures(result)} (${took}) [${drill.limits}]`,
    ...result.misses.map((miss) => `    ${miss}`),
  ];
}

function describeFigures({ figures, notes }: DrillResult): string {
  const isOracle = ({ name }: Figure) => ORACLES.includes(name);
  const oracles = figures.filter(isOracle).map(describeFigure).join(' ');
  const others = figures.filter((figure) => !isOracle(figure)).map(describeFigure);
  return [oracles, ...others, ...notes].filter((text) => text !== '').join(', ');
}

export function isPassed(outcome: Outcome): boolean {
  return (
    outcome.kind === 'skipped' || (outcome.kind === 'done' && outcome.result.misses.length === 0)
  );
}

/** Whether all drills passed or were skipped, and at least one ran: a run without any proves nothing. */
export function isGreen(outcomes: readonly Outcome[]): boolean {
  return outcomes.every(isPassed) && outcomes.some(({ kind }) => kind === 'done');
}

export function countKills(outcomes: readonly Outcome[]): number {
  return outcomes.reduce(
    (sum, outcome) => sum + (outcome.kind === 'done' ? outcome.result.kills : 0),
    0,
  );
}

/** The last lines of a command: names of failed and skipped drills, and counts. */
export function summarize(outcomes: readonly Outcome[]): string[] {
  const failed = outcomes.filter((outcome) => !isPassed(outcome));
  const skipped = outcomes.filter(({ kind }) => kind === 'skipped');
  const names = (of: readonly Outcome[]) => of.map(({ drill }) => drill.name).join(', ');
  const passed = outcomes.length - failed.length - skipped.length;
  return [
    ...(failed.length > 0 ? [`failed: ${names(failed)}`] : []),
    ...(skipped.length > 0 ? [`skipped: ${names(skipped)}`] : []),
    ...(skipped.length === outcomes.length ? ['failed: no drill ran'] : []),
    `${passed} passed, ${failed.length} failed, ${skipped.length} skipped`,
  ];
}

/** Sums of LOST, DUP and kills over the drills that measured them. */
export function addUp(outcomes: readonly Outcome[]): string {
  const figures = outcomes.flatMap((outcome) =>
    'result' in outcome ? outcome.result.figures : [],
  );
  const sums = ['LOST', 'DUP'].flatMap((oracle) => {
    const values = figures.filter(({ name }) => name === oracle).map(({ value }) => value);
    return values.length === 0 ? [] : `${oracle} ${values.reduce((sum, value) => sum + value, 0)}`;
  });
  return [...sums, `${countKills(outcomes)} kills`].join(', ');
}

/** The outcomes for `--json`. */
export function toData(outcomes: readonly Outcome[]): object[] {
  return outcomes.map(({ drill: { name, what, limits }, ...outcome }) => ({
    name,
    what,
    limits,
    ...outcome,
    ...('error' in outcome && { error: outcome.error.message }),
  }));
}
