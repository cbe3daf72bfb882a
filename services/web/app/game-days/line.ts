import type { Game, GameFault } from '../../shared/api.ts';
import { formatDuration } from '../format/duration.ts';

type Event = Game['line'][number];
type GamePromise = GameFault['promise'];

export interface PlacedEvent {
  event: Event;
  /** Of the axis, from the fault. */
  percent: number;
  /** An alert that was not promised. */
  isWrong: boolean;
  /** The limit of a promised alert that fires, in seconds. */
  promised: number | null;
}

export interface GameLine {
  events: readonly PlacedEvent[];
  ticks: readonly { seconds: number; percent: number }[];
  /** Percent of the axis; null = the game is over. */
  now: number | null;
}

/** Panels show this much before and after a game. */
const AROUND_MS = 120_000;
const STEPS = [5, 10, 15, 30, 60, 120, 300, 600];
const MOST_TICKS = 4;
const SHORTEST_SECONDS = 20;
/** Room to grow, and for the last mark. */
const ROOM = 1.05;

/** `1 m 1 s`; null is `–`. */
export function inSeconds(seconds: number | null): string {
  if (seconds === 0) return `0 s`;
  return formatDuration(seconds === null ? null : seconds * 1000);
}

export function isUnderWay(game: Pick<Game, 'state'> | null): boolean {
  return game !== null && game.state !== 'ended';
}

/** Places the events of a game on one axis from the fault to now, or to the last event. */
export function placeEvents(
  game: Pick<Game, 'line' | 'brokenAt' | 'state' | 'wrong'>,
  promise: GamePromise | null,
  nowMs: number,
): GameLine {
  const { line, brokenAt } = game;
  const lasts = isUnderWay(game) && brokenAt !== null ? (nowMs - brokenAt) / 1000 : 0;
  const last = Math.max(0, ...line.map(({ seconds }) => seconds));
  const end = Math.max(SHORTEST_SECONDS, last, lasts) * ROOM;
  const percentOf = (seconds: number) => (Math.max(0, seconds) / end) * 100;
  const step = STEPS.find((one) => end / one <= MOST_TICKS) ?? 1200;
  const count = Math.floor(end / step) + 1;
  return {
    events: line.map((event) => ({
      event,
      percent: percentOf(event.seconds),
      isWrong: event.kind === 'firing' && game.wrong.includes(event.what),
      promised:
        event.kind === 'firing'
          ? (promise?.alerts.find(({ alert }) => alert === event.what)?.withinSeconds ?? null)
          : null,
    })),
    ticks: Array.from({ length: count }, (_, nth) => ({
      seconds: nth * step,
      percent: percentOf(nth * step),
    })),
    now: isUnderWay(game) ? percentOf(lasts) : null,
  };
}

/** What was promised of an alert, and when it fired. */
export interface Comparison {
  alert: string;
  withinSeconds: number;
  /** null = it did not fire. */
  firing: number | null;
  result: 'kept' | 'late' | 'missing';
}

export function compare({ alerts }: GamePromise, line: readonly Event[]): Comparison[] {
  return alerts.map(({ alert, withinSeconds }) => {
    const seen = line.find(({ kind, what }) => kind === 'firing' && what === alert);
    const firing = seen?.seconds ?? null;
    const inTime = firing !== null && firing <= withinSeconds ? 'kept' : 'late';
    return { alert, withinSeconds, firing, result: firing === null ? 'missing' : inTime };
  });
}

/** What panels show of a game, never the future. @param now ISO 8601 */
export function spanOfGame(game: Game, now: string): { from: string; to: string } {
  const last = Math.max(game.startedAt, ...game.line.map(({ at }) => at));
  const end = isUnderWay(game) ? Infinity : last + AROUND_MS;
  return {
    from: new Date(game.startedAt - AROUND_MS).toISOString(),
    to: new Date(Math.min(Date.parse(now), end)).toISOString(),
  };
}
