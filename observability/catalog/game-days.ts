/**
 * What the controller of game days answers over HTTP. The controller is a process of `npm start`; the API asks it for the
 * web UI. Every request has `authorization: Bearer <token>`.
 *
 *     GET  /game-days       GameDays
 *     GET  /game            Game, or null before the first one
 *     POST /game            StartGame; 202 Game
 *     POST /game/watching   keeps the game alive; without it for `WATCHED_WITHIN_MS`, the controller mends
 *     POST /game/stop       mends; 202 Game
 *     POST /game/guess      Guess, in a blind game; 202 Game
 *     POST /traffic         Traffic; 202 GameDays
 *
 * The controller adds a start, a stop and traffic to the audit log, also if the API did not ask. The API names the person
 * in the body as `by`.
 *
 * Errors are `{ error }` with 400 (wrong body), 401, 403 (of another site), 404 (no such fault, game or path),
 * 409 (a game is under way) and 422 (the fault's part is absent).
 */
import type { Severity } from '@aio/slo/alert';
import type { PanelLink } from './alerts/alert.ts';

/** A game ends by itself this long after its fault began. */
export const GAME_LASTS_AT_MOST_MS = 600_000;
/** Browsers slow the timers of hidden pages down to one a minute. */
export const WATCHED_WITHIN_MS = 90_000;
/** Of traffic in the last hour, before promises hold: with less, a short fault burns the budget of an hour. */
export const NEEDED_TRAFFIC_MINUTES = 30;
export const MOST_TRAFFIC_MINUTES = 120;

/** The account of game days in `realm.json`. Lists leave out what it owns and does, unless a caller asks for it. */
export const GAME_DAYS_ACCOUNT = {
  client: 'aio-game-days',
  subject: '0b1f0c5e-6f0a-4d3b-9a51-1f6d6e0a0004',
  name: 'service-account-aio-game-days',
} as const;

/** What a fault hits, for a picture. */
export type FaultPart =
  | 'service'
  | 'model'
  | 'worker'
  | 'workers'
  | 'redis'
  | 'postgres'
  | 'workflow'
  | 'queue';

export interface GameDays {
  readonly faults: readonly GameFault[];
  readonly traffic: {
    /** Whether the controller submits runs now. */
    readonly isRunning: boolean;
    /** Minutes with traffic in the last hour. */
    readonly minutes: number;
    /** Further ones before promises hold; 0 = enough. */
    readonly missingMinutes: number;
  };
  /** Why no alert is delivered; null = Alertmanager runs. */
  readonly undelivered: string | null;
  readonly game: Game | null;
}

export interface GameFault {
  readonly name: string;
  readonly what: string;
  readonly hits: FaultPart;
  readonly promise: GamePromise;
  /** Why it cannot run here; null = it can. */
  readonly unavailable: string | null;
}

export interface GamePromise {
  readonly alerts: readonly PromisedAlert[];
  /** Alerts that may fire, too. All others must not. */
  readonly mayFire: readonly string[];
  /** The fault ends after this time; null = once its alerts have arrived. */
  readonly lastsSeconds: number | null;
  /** What users notice, and what AIO does about it. */
  readonly users: string;
  readonly engine: string;
}

export interface PromisedAlert {
  readonly alert: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly severity: Severity;
  /** From the fault to firing. */
  readonly withinSeconds: number;
  /** As the drills measured it with the shipped rules; null = they have not. */
  readonly measured: {
    readonly firing: number | null;
    readonly arrived: number | null;
    readonly resolved: number | null;
  } | null;
}

export type StartGame = { readonly fault: string } | { readonly blind: true };
export interface Guess {
  readonly fault: string;
}
/** For how long the controller submits runs; 0 = it stops. */
export interface Traffic {
  readonly minutes: number;
}

export type GameState = 'starting' | 'broken' | 'mending' | 'resolving' | 'ended';

export interface Game {
  readonly id: string;
  readonly state: GameState;
  readonly isBlind: boolean;
  /** null = blind, and neither guessed nor ended. */
  readonly fault: string | null;
  /** Milliseconds since 1970, as all times of a game. */
  readonly startedAt: number;
  readonly brokenAt: number | null;
  /** The fault is mended by then, whatever happens. */
  readonly mendedBy: number | null;
  /** In the order of time. Alerts of a blind game are in it: they are what the visitor has to go by. */
  readonly line: readonly GameEvent[];
  /** Alerts that fire and are not promised. */
  readonly wrong: readonly string[];
  /** Empty while the fault is secret. */
  readonly panels: readonly PanelLink[];
  readonly guess: { readonly fault: string; readonly isRight: boolean } | null;
  readonly verdict: GameVerdict | null;
}

export interface GameEvent {
  readonly kind:
    | 'fault'
    | 'first-error'
    | 'pending'
    | 'firing'
    | 'delivered'
    | 'mended'
    | 'resolved';
  readonly at: number;
  /** Since the fault began. */
  readonly seconds: number;
  /** E.g. `NoWorkerUp`, or the error's text. */
  readonly what: string;
}

export interface GameVerdict {
  /** The promise was kept, and no accepted run is lost or doubled. */
  readonly isKept: boolean;
  /** Why not. */
  readonly misses: readonly string[];
  /** What the controller could not see, and why. */
  readonly skipped: readonly string[];
  /** Of the traffic. */
  readonly accepted: number;
  readonly lost: number;
  readonly doubled: number;
  /** Seconds from the fault to firing and to delivery, and from the repair to the end of the alerts. Of the slowest alert. */
  readonly detect: number | null;
  readonly deliver: number | null;
  readonly recover: number | null;
  readonly missingMinutes: number;
  readonly links: readonly GameLink[];
}

/** A path of the web UI. */
export interface GameLink {
  readonly what: 'trace' | 'panel' | 'logs' | 'runbook';
  readonly path: string;
}
