import { listAlerts } from '@aio/catalog/alerts';
import type { AlertDrill, AlertMatch } from './drill.ts';
import type { AlertSeries } from './history.ts';

/** Fires as long as there is a Prometheus, so its last evaluation is that of all. */
export const WATCHDOG = 'Watchdog';
/** Groups are evaluated every second, not at the same moment; one may be late. */
const LATE_MS = 3000;

type Declared = Pick<AlertDrill, 'fires' | 'also'>;

/** When one rule was what; milliseconds since 1970, null = never. */
export interface RuleTimes {
  /** E.g. `NoWorkerUp`, or `RunSuccessBurn 6h` where a name has several rules. */
  rule: string;
  pendingAt: number | null;
  firingAt: number | null;
  /** The last evaluation in which it fired. */
  lastAt: number | null;
  /** Pending or firing at the last evaluation of all. */
  isActive: boolean;
}

/** The rules that must fire, each with its times since `since`. */
export function expectedTimes(
  drill: Pick<AlertDrill, 'fires'>,
  history: readonly AlertSeries[],
  since = 0,
): RuleTimes[] {
  return drill.fires.flatMap(rulesOf).map((rule) => timesOf(rule, history, since));
}

/** A name stands for each of its rules, which differ in labels. */
function rulesOf(match: AlertMatch): AlertMatch[] {
  const rules = Object.values(listAlerts())
    .flat()
    .filter(({ name }) => name === match.alert);
  return rules.map(({ labels }) => ({ ...match, labels: { ...labels, ...match.labels } }));
}

function timesOf(rule: AlertMatch, history: readonly AlertSeries[], since: number): RuleTimes {
  const own = history.filter((series) => matches(rule, series));
  const at = (state: AlertSeries['state']) =>
    own.flatMap((series) => (series.state === state ? series.at.filter((ms) => ms >= since) : []));
  const firing = at('firing');
  return {
    rule: [rule.alert, rule.labels?.['window'] ?? ''].join(' ').trim(),
    pendingAt: least(at('pending')),
    firingAt: least(firing),
    lastAt: firing.length > 0 ? Math.max(...firing) : null,
    isActive: own.some((series) => isActive(series, history)),
  };
}

/** Alerts that are pending or firing now, or were within this time, beside the one that always is. */
export function listActive(
  history: readonly AlertSeries[],
  { states, withinMs = LATE_MS }: { states: readonly AlertSeries['state'][]; withinMs?: number },
): AlertSeries[] {
  return history
    .filter(({ state, alert }) => states.includes(state) && alert !== WATCHDOG)
    .filter((series) => isActive(series, history, withinMs));
}

/**
 * Nothing has fired for so long, and nothing that follows from the drill is about to. What else is
 * pending may take an hour to fire, and says nothing until then.
 */
export function isQuiet(
  drill: Declared,
  history: readonly AlertSeries[],
  withinMs: number,
): boolean {
  return !listActive(history, { states: ['pending', 'firing'], withinMs }).some(
    (series) => series.state === 'firing' || isDeclared(drill, series),
  );
}

/** Alerts that fired before this time. */
export function listFired(history: readonly AlertSeries[], before = Infinity): string[] {
  const fired = (series: AlertSeries) => (series.at[0] ?? Infinity) < before;
  return firings(history).filter(fired).map(describe);
}

/** Alerts that fired and are neither expected nor declared. */
export function listUndeclared(drill: Declared, history: readonly AlertSeries[]): string[] {
  return firings(history)
    .filter((series) => !isDeclared(drill, series))
    .map(describe);
}

/** Alerts that fired beside those that must, by name. */
export function listBeside(drill: AlertDrill, history: readonly AlertSeries[]): string[] {
  const beside = firings(history).filter(
    (series) => !drill.fires.some((match) => matches(match, series)),
  );
  return [...new Set(beside.map(({ alert }) => alert))].sort();
}

function isDeclared({ fires, also = [] }: Declared, series: AlertSeries): boolean {
  return [...fires, ...also].some((match) => matches(match, series));
}

function firings(history: readonly AlertSeries[]): AlertSeries[] {
  return history.filter(({ state, alert }) => state === 'firing' && alert !== WATCHDOG);
}

function matches({ alert, labels = {} }: AlertMatch, series: AlertSeries): boolean {
  return (
    alert === series.alert &&
    Object.entries(labels).every(([label, value]) => series.labels[label] === value)
  );
}

/** By Prometheus' own clock: where it evaluates late, nothing is taken for resolved. */
function isActive(
  { at }: AlertSeries,
  history: readonly AlertSeries[],
  withinMs = LATE_MS,
): boolean {
  const last = Math.max(...history.flatMap((series) => series.at.slice(-1)));
  return (at.at(-1) ?? -Infinity) >= last - withinMs;
}

/** E.g. `TargetDown{job="worker"}`. */
export function describe({ alert, labels }: AlertSeries): string {
  const { severity: _, ...own } = labels;
  const texts = Object.entries(own).map(([label, value]) => `${label}="${value}"`);
  return texts.length === 0 ? alert : `${alert}{${texts.join(', ')}}`;
}

function least(values: readonly number[]): number | null {
  return values.length > 0 ? Math.min(...values) : null;
}
