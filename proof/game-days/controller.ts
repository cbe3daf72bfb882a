import {
  type Game,
  type GameDays,
  MOST_TRAFFIC_MINUTES,
  NEEDED_TRAFFIC_MINUTES,
  type StartGame,
} from '@aio/catalog/game-days';
import { countOf } from '@aio/catalog/metrics/select';
import type { Query } from '@aio/platform/postgres/queryable';
import { type AuditActor, writeAudit } from '@aio/platform/queries/audit-log';
import { randomInt } from 'node:crypto';
import { FAULTS } from '../alert-faults/all.ts';
import type { Fault } from '../alert-faults/fault.ts';
import { askValue } from '../drills/alerts/kit/history.ts';
import type { Inbox } from '../drills/alerts/kit/receiver.ts';
import { type RunningGame, startGame } from './game.ts';
import { promiseOf } from './promise.ts';
import type { RunningSystem } from './running-system.ts';
import { createTraffic, STEADY_WORKFLOW } from './traffic.ts';

/** PostgreSQL writes an entry of the audit log this fast, or nothing is broken. The API waits 10 s for the answer. */
const WRITES_WITHIN_MS = 5000;

/** Who asks, for the audit log. */
export type Asker = Omit<AuditActor, 'action'>;

/** A request that the controller refuses, with its status. */
export class Refused extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export interface ControllerOptions {
  system: RunningSystem;
  inbox: Inbox;
  /** Origin; undefined = the stack has none. */
  prometheusUrl: string | undefined;
  /** Why Alertmanager delivers nothing; empty = it does. */
  undelivered: string;
}

export type Controller = ReturnType<typeof createController>;

/** One game at a time on the running system. */
export function createController(options: ControllerOptions) {
  const { system, inbox, prometheusUrl, undelivered } = options;
  const traffic = createTraffic(system);
  let game: RunningGame | null = null;
  let isStarting = false;

  const isUnderWay = () => game !== null && game.show().state !== 'ended';
  const show = (): Game | null => game?.show() ?? null;

  const whyNot = ({ needs }: Fault) =>
    prometheusUrl === undefined
      ? 'the stack has no Prometheus'
      : (needs.map((need) => system.lacks(need)).find((reason) => reason !== null) ?? null);

  async function readTraffic() {
    const minutes = prometheusUrl ? await minutesOf(prometheusUrl).catch(() => 0) : 0;
    const missingMinutes = Math.max(0, NEEDED_TRAFFIC_MINUTES - minutes);
    return { isRunning: traffic.isRunning(), minutes, missingMinutes };
  }

  async function list(): Promise<GameDays> {
    return {
      faults: FAULTS.map((fault) => ({
        name: fault.name,
        what: fault.what,
        hits: fault.hits,
        promise: promiseOf(fault),
        unavailable: whyNot(fault),
      })),
      traffic: await readTraffic(),
      undelivered: undelivered || null,
      game: show(),
    };
  }

  function current(): RunningGame {
    if (!game || !isUnderWay()) throw new Refused(404, 'no game is under way');
    return game;
  }

  return {
    list,
    show,
    async start(wanted: StartGame, by: Asker): Promise<Game> {
      const isBlind = 'blind' in wanted;
      const fault = choose(isBlind ? undefined : wanted.fault, whyNot);
      if (isStarting || isUnderWay()) throw new Refused(409, 'a game is under way');
      isStarting = true;
      try {
        // A mend that did not succeed is tried again.
        await system.mend();
        const { missingMinutes } = await readTraffic();
        await note(system, by, 'startGame', wanted);
        game = startGame(fault, isBlind, {
          system,
          traffic,
          prometheusUrl: prometheusUrl as string,
          arrivals: () => inbox.arrivals,
          undelivered,
          missingMinutes,
        });
        return game.show();
      } finally {
        isStarting = false;
      }
    },
    stop(by: Asker): Game {
      const running = current();
      running.stop();
      // Not awaited, because PostgreSQL may be what is broken.
      note(system, by, 'stopGame').catch((error: Error) => console.error(error.message));
      return running.show();
    },
    watching(): void {
      current().watching();
    },
    guess(fault: string): Game {
      if (!FAULTS.some(({ name }) => name === fault)) throw new Refused(404, `no fault ${fault}`);
      const running = current();
      if (!running.show().isBlind) throw new Refused(409, 'the game is not blind');
      running.guess(fault);
      return running.show();
    },
    async setTraffic(minutes: number, by: Asker): Promise<GameDays> {
      if (isUnderWay()) throw new Refused(409, 'a game is under way');
      await note(system, by, 'runTraffic', { minutes });
      if (minutes === 0) await traffic.stop();
      else await traffic.runFor(Math.min(minutes, MOST_TRAFFIC_MINUTES));
      return list();
    },
    /** Mends, and ends. */
    async close(): Promise<void> {
      game?.stop();
      await system.mend();
      await traffic.stop();
      await system.close();
    },
  };
}

/** Adds an entry to the audit log. */
async function note({ db }: RunningSystem, by: Asker, action: string, details?: object) {
  const bounded = {
    query: (query: Query) => db.query(Object.assign({ query_timeout: WRITES_WITHIN_MS }, query)),
  };
  const what = { target: 'game-days', ...(details && { details: { ...details } }) };
  try {
    await writeAudit(bounded, { ...by, action }, what);
  } catch (cause) {
    const { message } = cause as Error;
    throw new Error(`the audit log lacks ${action} by ${by.name}: ${message}`, { cause });
  }
}

/** @param wanted undefined = any that can run here */
function choose(wanted: string | undefined, whyNot: (fault: Fault) => string | null): Fault {
  const known = wanted === undefined ? FAULTS : FAULTS.filter(({ name }) => name === wanted);
  if (known.length === 0) throw new Refused(404, `no fault ${wanted}`);
  const able = known.filter((fault) => whyNot(fault) === null);
  const drawn = able[randomInt(Math.max(1, able.length))];
  if (!drawn) throw new Refused(422, whyNot(known[0]!) ?? 'it cannot run here');
  return drawn;
}

/** Minutes of the last hour in which runs of the traffic ended. */
async function minutesOf(prometheusUrl: string): Promise<number> {
  const { promql } = countOf('runDuration', { workflow: STEADY_WORKFLOW });
  const query = `count_over_time((sum(increase(${promql}[2m])) > 0)[1h:1m])`;
  return (await askValue(prometheusUrl, query)) ?? 0;
}
