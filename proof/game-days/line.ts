import type { GameEvent } from '@aio/catalog/game-days';
import type { AlertPromise } from '../alert-faults/fault.ts';
import { type AlertSeries, WATCHDOG } from '../drills/alerts/kit/history.ts';
import { isActive, isAlso, isExpected, type Seen } from '../drills/alerts/kit/judge.ts';

/** Two evaluations, and a late one. A history that has just begun does not show how far apart they are. */
const OVER_AFTER_MS = 35_000;

/** What fired before the fault is not its doing. */
export function withoutEarlier(
  history: readonly AlertSeries[],
  earlier: ReadonlySet<string>,
): AlertSeries[] {
  return history.filter((series) => !earlier.has(keyOf(series)));
}

export function keyOf({ alert, labels }: AlertSeries): string {
  return JSON.stringify([alert, Object.entries(labels).sort()]);
}

/** Pending, firing, delivered and resolved alerts since the fault began, in the order of time. */
export function alertEvents({ history, arrivals }: Seen, brokenAt: number): GameEvent[] {
  const events: GameEvent[] = [];
  const add = (kind: GameEvent['kind'], what: string, at: number | undefined) => {
    if (at !== undefined) events.push({ kind, what, at, seconds: secondsSince(brokenAt, at) });
  };
  const byAlert = Map.groupBy(
    history.filter(({ alert }) => alert !== WATCHDOG),
    ({ alert }) => alert,
  );
  for (const [alert, series] of byAlert) {
    const of = (state: AlertSeries['state']) =>
      series.filter((one) => one.state === state).flatMap(({ at }) => at);
    const firing = of('firing');
    add('pending', alert, least(of('pending')));
    add('firing', alert, least(firing));
    const isOver = !series.some(
      (one) => one.state === 'firing' && isActive(one, history, OVER_AFTER_MS),
    );
    if (isOver && firing.length > 0) add('resolved', alert, Math.max(...firing));
    const messages = arrivals.filter(
      (one) => one.alert === alert && one.status === 'firing' && one.at >= brokenAt,
    );
    add('delivered', alert, least(messages.map(({ at }) => at)));
  }
  return events.sort((one, other) => one.at - other.at);
}

/** Alerts that fire and are not promised. */
export function wrongAlerts(promise: AlertPromise, history: readonly AlertSeries[]): string[] {
  const wrong = history.filter(
    (series) =>
      series.state === 'firing' &&
      series.alert !== WATCHDOG &&
      !isExpected(promise, series) &&
      !isAlso(promise, series),
  );
  return [...new Set(wrong.map(({ alert }) => alert))].sort();
}

export function secondsSince(from: number, at: number): number {
  return Math.round((at - from) / 100) / 10;
}

function least(values: readonly number[]): number | undefined {
  return values.length > 0 ? Math.min(...values) : undefined;
}
