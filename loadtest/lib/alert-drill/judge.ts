import type { Severity } from '@aio/catalog/alert';
import { listAlerts } from '@aio/catalog/alerts';
import type { AlertDrill, AlertMatch } from './drill.ts';
import { type AlertSeries, evaluationMs, WATCHDOG } from './history.ts';
import type { Arrival } from './receiver.ts';

/** Prometheus evaluates rule groups at different moments, and may be late. */
const LATE_MS = 2000;

type Declared = Pick<AlertDrill, 'fires' | 'also' | 'hard'>;

/** When a rule changed its state, in milliseconds since 1970; null = never. */
export interface RuleTimes {
  /** E.g. `NoWorkerUp`, or `RunSuccessBurn 6h` if a name has several rules. */
  rule: string;
  severity: Severity;
  pendingAt: number | null;
  firingAt: number | null;
  /** When the receiver got the first message. */
  arrivedAt: number | null;
  /** First evaluation after the last firing one; null = it never fired, or still fires. */
  resolvedAt: number | null;
}

/** Alert history from Prometheus, and messages to the receiver. */
export interface Seen {
  readonly history: readonly AlertSeries[];
  readonly arrivals: readonly Arrival[];
}

/** The rules that must fire, with their times since `since`. */
export function expectedTimes(
  drill: Pick<AlertDrill, 'fires'>,
  seen: Seen,
  since = 0,
): RuleTimes[] {
  return drill.fires.flatMap(rulesOf).map((rule) => timesOf(rule, seen, since));
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
    resolvedAt: isOver ? Math.max(...firing) + evaluationMs(history) : null,
  };
}

/** Alerts, except the watchdog, in one of these states now or within `withinMs`. */
export function listActive(
  history: readonly AlertSeries[],
  { states, withinMs }: { states: readonly AlertSeries['state'][]; withinMs?: number },
): AlertSeries[] {
  return history
    .filter(({ state, alert }) => states.includes(state) && alert !== WATCHDOG)
    .filter((series) => isActive(series, history, withinMs));
}

/**
 * Whether, within `withinMs`, nothing fired and no alert of the drill was pending. Other pending alerts
 * do not count, because they may take an hour to fire.
 */
export function isQuiet(
  drill: Declared,
  history: readonly AlertSeries[],
  withinMs: number,
): boolean {
  return !listActive(history, { states: ['pending', 'firing'], withinMs }).some(
    (series) =>
      (series.state === 'firing' || isDeclared(drill, series)) && mustResolve(drill, series),
  );
}

/** Whether the drill must wait until this alert resolves. */
export function mustResolve({ fires, also = [], hard }: Declared, series: AlertSeries): boolean {
  const isBeside = also.some((match) => matches(match, series));
  return !hard || !isBeside || fires.some((match) => matches(match, series));
}

/** Pages since `since` that the drill does not expect, without repeats. */
export function listPagesBeside(
  { fires }: Pick<AlertDrill, 'fires'>,
  arrivals: readonly Arrival[],
  since: number,
): string[] {
  const beside = arrivals.filter(
    (arrival) =>
      arrival.at >= since &&
      arrival.status === 'firing' &&
      arrival.labels['severity'] === 'page' &&
      !fires.some((match) => matches(match, arrival)),
  );
  return [...new Set(beside.map(describe))].sort();
}

/** Alerts that fired before `before`. */
export function listFired(history: readonly AlertSeries[], before = Infinity): string[] {
  const fired = (series: AlertSeries) => (series.at[0] ?? Infinity) < before;
  return firings(history).filter(fired).map(describe);
}

/** Alerts that fired but are neither in `fires` nor in `also`. */
export function listUndeclared(drill: Declared, history: readonly AlertSeries[]): string[] {
  return firings(history)
    .filter((series) => !isDeclared(drill, series))
    .map(describe);
}

/** Names of alerts that fired in addition to the expected ones. */
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

function matches(
  { alert, labels = {} }: AlertMatch,
  series: Pick<AlertSeries, 'alert' | 'labels'>,
): boolean {
  return (
    alert === series.alert &&
    Object.entries(labels).every(([label, value]) => series.labels[label] === value)
  );
}

/** Uses Prometheus' own last evaluation as now, so that a late evaluation does not count as resolved. */
function isActive(
  { at }: AlertSeries,
  history: readonly AlertSeries[],
  withinMs = evaluationMs(history) + LATE_MS,
): boolean {
  const last = Math.max(...history.flatMap((series) => series.at.slice(-1)));
  return (at.at(-1) ?? -Infinity) >= last - withinMs;
}

/** E.g. `TargetDown{job="worker"}`. */
export function describe({ alert, labels }: Pick<AlertSeries, 'alert' | 'labels'>): string {
  const { severity: _, ...own } = labels;
  const texts = Object.entries(own).map(([label, value]) => `${label}="${value}"`);
  return texts.length === 0 ? alert : `${alert}{${texts.join(', ')}}`;
}

function least(values: readonly number[]): number | null {
  return values.length > 0 ? Math.min(...values) : null;
}
