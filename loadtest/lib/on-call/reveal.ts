import { runbookUrl } from '@aio/catalog/alert';
import type { AlertDrill } from '../alert-drill/drill.ts';
import { namesOf } from '../alert-drill/report.ts';
import { describeOutcome } from '../fault-drill/report.ts';
import type { Outcome } from '../fault-drill/run-faults.ts';

/** What it was, and what has fired of it. */
export function reveal(drill: AlertDrill, outcome: Outcome, notes: readonly string[]): string[] {
  const { name, what, fires, also = [] } = drill;
  const pages = [...new Set(fires.map(({ alert }) => runbookUrl({ name: alert })))];
  return [
    '',
    `It was ${name}: ${what}.`,
    ...notes.map((note) => `  then      ${note}`),
    `  fires     ${namesOf(fires)}${also.length > 0 ? `; may as well: ${namesOf(also)}` : ''}`,
    ...pages.map((page) => `  runbook   ${page}`),
    ...tell(outcome),
  ];
}

function tell(outcome: Outcome): string[] {
  if (outcome.kind !== 'done') return describeOutcome(outcome);
  const { figures, misses } = outcome.result;
  return [
    ...figures.map((figure) => `  measured  ${figure}`),
    ...misses.map((miss) => `  beside    ${miss}`),
  ];
}
