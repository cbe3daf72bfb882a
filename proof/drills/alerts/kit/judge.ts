import type { Severity } from '@aio/slo/alert';
import { ARRIVES_WITHIN, type AlertTime } from '@aio/catalog/alerts/alert-times';
import { listAlerts } from '@aio/catalog/alerts/alerts';
import { type Checks, seconds } from '../../kit/checks.ts';
import type { AlertMatch, AlertPromise } from '../../../alert-faults/fault.ts';
import { type AlertSeries, evaluationMs, WATCHDOG } from './history.ts';
import type { Arrival } from './receiver.ts';

/** Prometheus evaluates rule groups at different moments, and may be late. */
const LATE_MS = 2000;

/** Times of fault and repair, in milliseconds since 1970. */
interface Course {
  brokenAt: number;
  mendedAt: number;
}

/** When a rule changed its state, in milliseconds since 1970; null = never. */
interface RuleTimes {
  /** E.g. `NoWorkerUp`, or `RunSuccessBurn 6h` if a name has several rules. */
  rule: string;
  severity: Severity;
  pendingAt: number | null;
  firingAt: number | null;
  /** When the receiver got the first message. */
  arrivedAt: number | null;
  /** First evaluation after the last firing one; null = it never fired, or still fires. */
  resolvedAt: number | null;
  /** Of the first message; empty = none arrived. */
  text: string;
}

/** Alert history from Prometheus, and messages to the receiver. */
export interface Seen {
  readonly history: readonly AlertSeries[];
  readonly arrivals: readonly Arrival[];
}

/** The rules that must fire, with their times since `since`. */
export function expectedTimes({ fires }: AlertPromise, seen: Seen, since: number): RuleTimes[] {
  return fires.flatMap(rulesOf).map((rule) => timesOf(rule, seen, since));
}

interface Rule extends AlertMatch {
  readonly severity: Severity;
}

/** All rules with this name; if the match has a label that distinguishes them, only those with it. */
function rulesOf(match: AlertMatch): Rule[] {
  const wanted = Object.entries(match.labels ?? {});
  const rules = Object.values(listAlerts())
    .flat()
    .filter(({ name }) => name === match.alert)
    .filter(({ labels }) => wanted.every(([key, value]) => (labels?.[key] ?? value) === value));
  return rules.map(({ labels, severity }) => ({
    ...match,
    labels: { ...labels, ...match.labels },
    severity,
  }));
}

function timesOf(rule: Rule, { history, arrivals }: Seen, since: number): RuleTimes {
  const own = history.filter((series) => matches(rule, series));
  const at = (state: AlertSeries['state']) =>
    own.flatMap((series) => (series.state === state ? series.at.filter((ms) => ms >= since) : []));
  const firing = at('firing');
  const isOver = firing.length > 0 && !own.some((series) => isActive(series, history));
  const messages = arrivals.filter(
    (arrival) => arrival.status === 'firing' && arrival.at >= since && matches(rule, arrival),
  );
  return {
    rule: [rule.alert, rule.labels?.['window'] ?? ''].join(' ').trim(),
    severity: rule.severity,
    pendingAt: least(at('pending')),
    firingAt: least(firing),
    arrivedAt: least(messages.map((arrival) => arrival.at)),
    text: messages[0]?.summary ?? '',
    resolvedAt: isOver ? Math.max(...firing) + evaluationMs(history) : null,
  };
}

/**
 * Judges a drill: adds figures and misses to `checks`.
 * @returns the times of each rule that had to fire
 */
export function judgeDrill(
  checks: Checks,
  drill: AlertPromise,
  seen: Seen,
  times: Course,
): AlertTime[] {
  const { history, arrivals } = seen;
  const rules = expectedTimes(drill, seen, times.brokenAt);
  for (const rule of rules) {
    checks.note(describeTimes(rule, times));
    checks.that(rule.firingAt !== null, `${rule.rule} did not fire`);
    checkLimits(checks, drill, rule, times);
  }
  const firings = history.filter(
    (series) => series.state === 'firing' && series.alert !== WATCHDOG,
  );
  const others = firings.filter((series) => !isExpected(drill, series));
  const pages = arrivals.filter(
    (arrival) =>
      arrival.at >= times.brokenAt &&
      arrival.status === 'firing' &&
      arrival.labels['severity'] === 'page' &&
      !isExpected(drill, arrival),
  );
  const otherPages = distinct(pages.map(describe));
  checks.note(figureOf('also fired', distinct(others.map(({ alert }) => alert))));
  checks.note(figureOf('other pages', otherPages));
  if (drill.night)
    checks.that(otherPages.length === 0, figureOf(`${drill.name}: other pages`, otherPages));
  for (const series of firings)
    checks.that(series.at[0]! >= times.brokenAt, `${describe(series)} fired before the fault`);
  for (const series of others)
    checks.that(
      isAlso(drill, series),
      `${describe(series)} fired, and the drill does not list it in fires or also`,
    );
  for (const series of listActive(history, ['firing']))
    checks.that(!mustResolve(drill, series), `${describe(series)} did not resolve`);
  return rules.map(({ rule, severity, firingAt, arrivedAt, resolvedAt, text }) => ({
    drill: drill.name,
    rule,
    severity,
    firing: toSeconds(msSince(times.brokenAt, firingAt)),
    arrived: toSeconds(msSince(times.brokenAt, arrivedAt)),
    resolved: toSeconds(msSince(times.mendedAt, resolvedAt)),
    otherPages: otherPages.length,
    ...(drill.night && { text, truth: drill.night.truth }),
  }));
}

/**
 * Whether, within `withinMs`, nothing fired and no alert of the drill was pending. Other pending alerts
 * do not count, because they may take an hour to fire.
 */
export function isQuiet(
  drill: AlertPromise,
  history: readonly AlertSeries[],
  withinMs: number,
): boolean {
  return !listActive(history, ['pending', 'firing'], withinMs).some(
    (series) =>
      (series.state === 'firing' || isExpected(drill, series) || isAlso(drill, series)) &&
      mustResolve(drill, series),
  );
}

/** Alerts, except the watchdog, in one of these states now or within `withinMs`. */
export function listActive(
  history: readonly AlertSeries[],
  states: readonly AlertSeries['state'][],
  withinMs?: number,
): AlertSeries[] {
  return history
    .filter(({ state, alert }) => states.includes(state) && alert !== WATCHDOG)
    .filter((series) => isActive(series, history, withinMs));
}

export function figureOf(what: string, alerts: readonly string[]): string {
  return `${what}: ${alerts.length > 0 ? alerts.join(', ') : 'none'}`;
}

/** E.g. `NoApiUp pending 2.1 s, firing 7.1 s, arrived 12.2 s, resolved 1.4 s`; `-` = never. */
function describeTimes(times: RuleTimes, { brokenAt, mendedAt }: Course): string {
  const { rule, pendingAt, firingAt, arrivedAt, resolvedAt } = times;
  return [
    `${rule} pending ${show(msSince(brokenAt, pendingAt))}`,
    `firing ${show(msSince(brokenAt, firingAt))}`,
    `arrived ${show(msSince(brokenAt, arrivedAt))}`,
    `resolved ${show(msSince(mendedAt, resolvedAt))}`,
  ].join(', ');
}

function checkLimits(
  checks: Checks,
  { hard, night }: AlertPromise,
  { rule, severity, firingAt, arrivedAt }: RuleTimes,
  { brokenAt }: Course,
): void {
  if (severity === 'none' || firingAt === null) return;
  const passed = (at: number) => (at - brokenAt) / 1000;
  const what = `${severity} ${rule}`;
  if (night) checks.atMost(`${what} fired after`, passed(firingAt), night.firesWithin, 's');
  else if (hard && arrivedAt === null) checks.that(false, `${what} did not arrive`);
  else if (hard)
    checks.atMost(`${what} arrived after`, passed(arrivedAt!), ARRIVES_WITHIN[severity], 's');
}

function toSeconds(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms / 100) / 10;
}

/** Whether the drill must wait until this alert resolves. Budgets that `also` names burn for hours. */
function mustResolve(drill: AlertPromise, series: AlertSeries): boolean {
  return !isAlso(drill, series) || isExpected(drill, series);
}

type OneAlert = Pick<AlertSeries, 'alert' | 'labels'>;

export function isExpected({ fires }: AlertPromise, one: OneAlert): boolean {
  return fires.some((match) => matches(match, one));
}

export function isAlso({ also = [] }: AlertPromise, one: OneAlert): boolean {
  return also.some((match) => matches(match, one));
}

function matches({ alert, labels = {} }: AlertMatch, series: OneAlert): boolean {
  return (
    alert === series.alert &&
    Object.entries(labels).every(([label, value]) => series.labels[label] === value)
  );
}

/** Uses Prometheus' own last evaluation as now, so that a late evaluation does not count as resolved. */
export function isActive(
  { at }: AlertSeries,
  history: readonly AlertSeries[],
  withinMs = evaluationMs(history) + LATE_MS,
): boolean {
  const last = Math.max(...history.flatMap((series) => series.at.slice(-1)));
  return (at.at(-1) ?? -Infinity) >= last - withinMs;
}

/** E.g. `TargetDown{job="worker"}`. */
function describe({ alert, labels }: OneAlert): string {
  const { severity: _, ...own } = labels;
  const texts = Object.entries(own).map(([label, value]) => `${label}="${value}"`);
  return texts.length === 0 ? alert : `${alert}{${texts.join(', ')}}`;
}

function least(values: readonly number[]): number | null {
  return values.length > 0 ? Math.min(...values) : null;
}

function distinct(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}

/** Milliseconds between two times; 0 for an alert that resolved during the repair. */
function msSince(from: number, at: number | null): number | null {
  return at === null ? null : Math.max(0, at - from);
}

function show(ms: number | null): string {
  return ms === null ? '-' : seconds(ms);
}
