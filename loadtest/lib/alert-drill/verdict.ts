import { ARRIVES_WITHIN, type AlertTime } from '@aio/catalog/alert-times';
import type { Checks } from '../drill/checks.ts';
import type { AlertDrill } from './drill.ts';
import {
  describe,
  expectedTimes,
  listActive,
  listBeside,
  listFired,
  listPagesBeside,
  listUndeclared,
  mustResolve,
  type RuleTimes,
  type Seen,
} from './judge.ts';
import { type Course, describeTimes, figureOf, msSince } from './report.ts';

/**
 * Judges a drill: adds figures and misses to `checks`.
 * @param shorter divisor of the rules' times; time limits apply only to 1
 * @returns the times of each rule that had to fire
 */
export function judgeDrill(
  checks: Checks,
  drill: AlertDrill,
  seen: Seen,
  times: Course,
  shorter: number,
): AlertTime[] {
  const { history, arrivals } = seen;
  const rules = expectedTimes(drill, seen, times.brokenAt);
  for (const rule of rules) {
    checks.note(describeTimes(rule, times));
    checks.that(rule.firingAt !== null, `${rule.rule} did not fire`);
    if (drill.hard && shorter === 1) checkLimit(checks, rule, times);
  }
  const pages = listPagesBeside(drill, arrivals, times.brokenAt);
  checks.note(figureOf('also fired', listBeside(drill, history)));
  checks.note(figureOf('other pages', pages));
  for (const alert of listFired(history, times.brokenAt))
    checks.that(false, `${alert} fired before the fault`);
  for (const alert of listUndeclared(drill, history))
    checks.that(false, `${alert} fired, and the drill does not list it in fires or also`);
  for (const series of listActive(history, { states: ['firing'] }))
    checks.that(!mustResolve(drill, series), `${describe(series)} did not resolve`);
  return rules.map(({ rule, severity, firingAt, arrivedAt, resolvedAt }) => ({
    drill: drill.name,
    rule,
    severity,
    shorter,
    firing: toSeconds(msSince(times.brokenAt, firingAt)),
    arrived: toSeconds(msSince(times.brokenAt, arrivedAt)),
    resolved: toSeconds(msSince(times.mendedAt, resolvedAt)),
    pagesBeside: pages.length,
  }));
}

function checkLimit(checks: Checks, rule: RuleTimes, { brokenAt }: Course): void {
  const { severity, arrivedAt } = rule;
  if (severity === 'none') return;
  const arrived = (msSince(brokenAt, arrivedAt) ?? Number.NaN) / 1000;
  checks.atMost(`${severity} ${rule.rule} arrived after`, arrived, ARRIVES_WITHIN[severity], 's');
}

function toSeconds(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms / 100) / 10;
}
