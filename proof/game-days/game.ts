import { randomUUID } from 'node:crypto';
import {
  type Game,
  GAME_LASTS_AT_MOST_MS,
  type GameState,
  type GameVerdict,
  WATCHED_WITHIN_MS,
} from '@aio/catalog/game-days';
import { waitUntil } from '@aio/tools/system/wait-until';
import type { Fault, Mend } from '../alert-faults/fault.ts';
import { startLoop } from '../bed/loop.ts';
import { describeError } from '../drills/kit/errors.ts';
import type { Arrival } from '../drills/alerts/kit/receiver.ts';
import { FIRES_WITHIN_MS, RESOLVES_WITHIN_MS } from '../drills/alerts/kit/patience.ts';
import { countRowsOfGame } from './affected.ts';
import type { RunningSystem } from './running-system.ts';
import type { Traffic } from './traffic.ts';
import { asJudged, judgeGame, panelsOf } from './verdict.ts';
import { createWatch, type Watch } from './watch.ts';

export interface GameContext {
  system: RunningSystem;
  traffic: Traffic;
  prometheusUrl: string;
  arrivals: () => readonly Arrival[];
  /** Why Alertmanager delivers nothing; empty = it does. */
  undelivered: string;
  missingMinutes: number;
}

export interface RunningGame {
  show(): Game;
  /** Mends, and judges what there is. */
  stop(): void;
  watching(): void;
  guess(fault: string): void;
}

const LOOK_EVERY_MS = 1000;
const ARRIVES_AFTER_MS = 60_000;
const SETTLES_WITHIN_MS = 90_000;
/** Traffic of a game goes on this long: longest fault, and the end of its alerts. */
const TRAFFIC_MINUTES = 30;

/** A game, as it goes on. */
interface Playing extends GameContext {
  readonly fault: Fault;
  readonly startedAt: number;
  readonly watch: Watch;
  readonly errors: string[];
  /** Ends all waits. */
  readonly stopping: AbortController;
  state: GameState;
  watchedAt: number;
  verdict: GameVerdict | null;
}

/** Breaks the running system, watches its alerts, mends it, and judges the promise. */
export function startGame(fault: Fault, isBlind: boolean, context: GameContext): RunningGame {
  const judged = asJudged(fault);
  const startedAt = Date.now();
  const watch = createWatch(judged, context);
  const playing: Playing = {
    ...context,
    fault,
    startedAt,
    watch,
    errors: [],
    stopping: new AbortController(),
    state: 'starting',
    watchedAt: startedAt,
    verdict: null,
  };
  void play(playing);
  const id = randomUUID();
  let guess: Game['guess'] = null;
  return {
    show() {
      const { state, verdict } = playing;
      const { brokenAt } = watch.times();
      const isSecret = isBlind && guess === null && state !== 'ended';
      return {
        id,
        state,
        isBlind,
        fault: isSecret ? null : fault.name,
        startedAt,
        brokenAt,
        mendedBy: brokenAt && brokenAt + GAME_LASTS_AT_MOST_MS,
        line: watch.line(isSecret ? 'something is broken' : fault.what),
        wrong: isSecret ? [] : watch.wrong(),
        panels: isSecret ? [] : panelsOf(fault),
        guess,
        verdict,
      };
    },
    stop: () => stop(playing, 'stopped before its end'),
    watching: () => void (playing.watchedAt = Date.now()),
    guess: (name) => void (guess ??= { fault: name, isRight: name === fault.name }),
  };
}

function stop({ state, errors, stopping }: Playing, why: string): void {
  if (stopping.signal.aborted) return;
  if (state === 'starting' || state === 'broken') errors.push(why);
  stopping.abort();
}

async function play(playing: Playing): Promise<void> {
  const { watch, traffic, errors } = playing;
  const wantedUntil = traffic.until();
  const looks = startLoop(LOOK_EVERY_MS, async () => {
    const isWatched = Date.now() - playing.watchedAt < WATCHED_WITHIN_MS;
    if (playing.state === 'broken' && !isWatched) stop(playing, 'nobody watched it any longer');
    await watch.look();
  });
  try {
    await traffic.runFor(TRAFFIC_MINUTES);
    await traffic.settle(SETTLES_WITHIN_MS);
    await watch.begin();
    await breakIt(playing);
    playing.state = 'resolving';
    await untilOver(playing);
  } catch (error) {
    errors.push(describeError(error as Error));
  }
  await looks.stop().catch(() => {});
  await watch.look();
  playing.verdict = await judge(playing);
  // Nobody asked for traffic beyond the game.
  if (wantedUntil < Date.now()) await traffic.stop();
  playing.state = 'ended';
}

async function breakIt(playing: Playing): Promise<void> {
  const { system, fault, watch, errors, stopping } = playing;
  let mend: Mend | undefined;
  try {
    stopping.signal.throwIfAborted();
    await system.begin(fault.name);
    watch.broken();
    playing.state = 'broken';
    const bound = AbortSignal.timeout(GAME_LASTS_AT_MOST_MS);
    const until = AbortSignal.any([stopping.signal, bound]);
    mend = await Promise.race([fault.inject(system), rejectAt(until)]);
    await untilSeen(playing, until);
  } catch (error) {
    errors.push(`could not break it: ${describeError(error as Error)}`);
  }
  playing.state = 'mending';
  await mend?.().catch((error: Error) => {
    errors.push(`could not mend it the usual way: ${describeError(error)}`);
  });
  await system.mend();
  watch.mended();
}

/** Until the alerts have fired and arrived, or the fault ends by itself. */
async function untilSeen(playing: Playing, until: AbortSignal): Promise<void> {
  const { lastsMs } = playing.fault;
  if (lastsMs === undefined) return untilArrived(playing, until);
  const { brokenAt } = playing.watch.times();
  await wait((brokenAt ?? 0) + lastsMs - Date.now(), () => false, until);
}

/** Until the promised alerts are over. A fault that ended by itself may still have to be seen. */
async function untilOver(playing: Playing): Promise<void> {
  const { watch, stopping, fault } = playing;
  if (fault.lastsMs !== undefined) await untilArrived(playing, stopping.signal);
  await wait(RESOLVES_WITHIN_MS, watch.isOver, stopping.signal);
}

async function untilArrived({ watch, undelivered }: Playing, until: AbortSignal): Promise<void> {
  await wait(FIRES_WITHIN_MS, () => watch.isDone('firingAt'), until);
  if (undelivered === '') await wait(ARRIVES_AFTER_MS, () => watch.isDone('arrivedAt'), until);
}

async function judge(playing: Playing): Promise<GameVerdict> {
  const { system, traffic, watch, startedAt } = playing;
  const accepted = await traffic.settle(SETTLES_WITHIN_MS);
  const count = () => countRowsOfGame(system.db, accepted);
  // Some runs are still under way.
  const isWhole = async () => (await count()).lost === 0;
  await waitUntil('no run is lost', SETTLES_WITHIN_MS, isWhole, LOOK_EVERY_MS).catch(() => {});
  const { brokenAt, mendedAt } = watch.times();
  return judgeGame({
    ...playing,
    seen: watch.seen(),
    brokenAt: brokenAt ?? startedAt,
    mendedAt: mendedAt ?? Date.now(),
    rows: await count().catch(() => null),
    affected: await watch.affected(),
  });
}

async function wait(ms: number, done: () => boolean, until: AbortSignal): Promise<void> {
  await waitUntil('done', ms, done, 250, until).catch(() => {});
}

function rejectAt(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error('it took too long')), { once: true });
  });
}
