import type { GameEvent } from '@aio/catalog/game-days';
import type { AlertPromise } from '../alert-faults/fault.ts';
import { readHistory } from '../drills/alerts/kit/history.ts';
import {
  expectedTimes,
  isExpected,
  isQuiet,
  listActive,
  type Seen,
} from '../drills/alerts/kit/judge.ts';
import { type FirstError, findAffectedRun, findFirstError } from './affected.ts';
import type { GameContext } from './game.ts';
import type { Refusal } from './traffic.ts';
import { alertEvents, keyOf, secondsSince, withoutEarlier, wrongAlerts } from './line.ts';

/** Two evaluations. */
const QUIET_MS = 45_000;

export type Watch = ReturnType<typeof createWatch>;

/** What one sees of a game from outside: alerts, and the first error. */
export function createWatch(
  promise: AlertPromise,
  { system, traffic, prometheusUrl, arrivals }: GameContext,
) {
  let earlier: ReadonlySet<string> = new Set();
  let seen: Seen = { history: [], arrivals: [] };
  let firstError: FirstError | undefined;
  let firstRefusal: Refusal | undefined;
  let isAsking = false;
  let brokenAt: number | null = null;
  let mendedAt: number | null = null;

  function event(kind: GameEvent['kind'], at: number | null | undefined, what: string) {
    return at && brokenAt ? [{ kind, at, seconds: secondsSince(brokenAt, at), what }] : [];
  }

  /** A frozen database answers later. */
  function askForError(since: number): void {
    if (isAsking || firstError) return;
    isAsking = true;
    void findFirstError(system.db, since)
      .then((found) => (firstError = found))
      .catch(() => {})
      .finally(() => (isAsking = false));
  }

  return {
    /** What fires already, or is about to, is not the fault's doing. */
    async begin(): Promise<void> {
      const history = await readHistory(prometheusUrl, Date.now() - QUIET_MS);
      const active = listActive(history, ['pending', 'firing'], QUIET_MS);
      const others = active.filter(
        (series) => series.state === 'firing' || !isExpected(promise, series),
      );
      earlier = new Set(others.map(keyOf));
    },
    broken: () => (brokenAt = Date.now()),
    mended: () => (mendedAt = Date.now()),
    times: () => ({ brokenAt, mendedAt }),
    seen: () => seen,
    async look(): Promise<void> {
      if (brokenAt === null) return;
      const since = brokenAt;
      firstRefusal ??= traffic.refusals().find(({ at }) => at >= since);
      const history = await readHistory(prometheusUrl, since).catch(() => null);
      if (history) seen = { history: withoutEarlier(history, earlier), arrivals: arrivals() };
      askForError(since);
    },
    /** Whether every promised alert has fired or arrived. */
    isDone: (what: 'firingAt' | 'arrivedAt') =>
      expectedTimes(promise, seen, brokenAt ?? 0).every((times) => times[what] !== null),
    /** Whether the promised alerts have been over for a while. */
    isOver: () =>
      mendedAt !== null &&
      Date.now() - mendedAt > QUIET_MS &&
      isQuiet(promise, seen.history, QUIET_MS),
    /** @param fault its description; in a blind game, a text that does not reveal it */
    line(fault: string): GameEvent[] {
      if (brokenAt === null) return [];
      const since = brokenAt;
      const first = [firstRefusal, firstError]
        .flatMap((one) => one ?? [])
        .sort((one, other) => one.at - other.at)[0];
      return [
        ...event('fault', since, fault),
        ...event('first-error', first?.at, first?.what ?? ''),
        ...alertEvents(seen, since),
        ...event('mended', mendedAt, 'the fault is over'),
      ].sort((one, other) => one.at - other.at);
    },
    wrong: () => wrongAlerts(promise, seen.history),
    /** A run that the fault disturbed. */
    affected: () => findAffectedRun(system.db, brokenAt ?? 0).catch(() => firstError?.runId),
  };
}
