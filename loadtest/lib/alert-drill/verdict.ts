import { type Checks, createChecks } from '../fault-drill/checks.ts';
import type { AlertDrill } from './drill.ts';
import type { AlertSeries } from './history.ts';
import {
  describe,
  expectedTimes,
  listActive,
  listBeside,
  listFired,
  listUndeclared,
} from './judge.ts';
import { describeTimes, figureOf } from './report.ts';

/** The times of each rule that had to fire, and a miss for whatever was otherwise than declared. */
export function judgeDrill(
  drill: AlertDrill,
  history: readonly AlertSeries[],
  times: { brokenAt: number; mendedAt: number },
): Checks {
  const checks = createChecks();
  for (const rule of expectedTimes(drill, history, times.brokenAt)) {
    checks.note(describeTimes(rule, times));
    checks.that(rule.firingAt !== null, `${rule.rule} did not fire`);
  }
  checks.note(figureOf('also fired', listBeside(drill, history)));
  for (const alert of listFired(history, times.brokenAt))
    checks.that(false, `${alert} fired while all was well`);
  for (const alert of listUndeclared(drill, history))
    checks.that(false, `${alert} fired and is no consequence that the drill declares`);
  for (const series of listActive(history, { states: ['firing'] }))
    checks.that(false, `${describe(series)} did not resolve`);
  return checks;
}
