import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError } from '@aio/tools/system/client';
import { describeError } from '../drills/kit/errors.ts';
import type { FaultSystem } from '../alert-faults/fault.ts';
import { STEADY_EVERY_MS, steadySteps } from '../alert-faults/steady.ts';
import { type Loop, repeat } from '../bed/loop.ts';

/** The workflow of game days' steady traffic. Its runs belong to `GAME_DAYS_ACCOUNT`. */
export const STEADY_WORKFLOW = 'game-steady';

/** Requests under way while the API does not answer. */
const MOST_OPEN = 1000;
/** One of so many runs is traced: the store of `npm start` has room for 2,000 traces, and people look for their own. */
export const TRACED_ONE_OF = 20;
const AGAIN_AFTER_MS = 500;
const LOOK_EVERY_MS = 50;

/** A refused or unanswered request. */
export interface Refusal {
  readonly at: number;
  readonly what: string;
}

/** The ids of all runs of the traffic that began in this time. */
export interface AcceptedRuns {
  readonly ids: readonly string[];
  readonly from: number;
  readonly until: number;
}

export type Traffic = ReturnType<typeof createTraffic>;

/** Submits four runs a second, each with a key, and again until the API accepts it. */
export function createTraffic(system: Pick<FaultSystem, 'api' | 'simulator'>) {
  let until = 0;
  let isHeld = false;
  let settledAt = 0;
  let accepted: string[] = [];
  let refusals: Refusal[] = [];
  let open = 0;
  let submitted = 0;
  let loop: Loop | undefined;

  async function submit(): Promise<void> {
    if (isHeld || open >= MOST_OPEN) return;
    open += 1;
    const idempotencyKey = randomUUID();
    const traceparent = traceparentOfRun(submitted++);
    try {
      for (;;) {
        try {
          const options = { idempotencyKey, traceparent };
          accepted.push((await system.api.submitRun(STEADY_WORKFLOW, undefined, options)).id);
          return;
        } catch (error) {
          refusals.push({ at: Date.now(), what: describeRefusal(error as Error) });
          if (!loop) return;
          await sleep(AGAIN_AFTER_MS);
        }
      }
    } finally {
      open -= 1;
    }
  }

  async function stop(): Promise<void> {
    const ending = loop;
    loop = undefined;
    until = 0;
    await ending?.stop();
  }

  return {
    isRunning: () => loop !== undefined,
    /** When it ends, in milliseconds since 1970. */
    until: () => until,
    /** Goes on for at least this long. */
    async runFor(minutes: number): Promise<void> {
      until = Math.max(until, Date.now() + minutes * 60_000);
      if (loop) return;
      loop = repeat(STEADY_EVERY_MS, async () => {
        if (Date.now() > until) void stop();
        else await submit();
      });
      await system.api.createWorkflow({ name: STEADY_WORKFLOW, steps: steadySteps(system) });
    },
    stop,
    refusals: (): readonly Refusal[] => refusals,
    /** Waits until no request is under way, and submits none meanwhile. @returns accepted runs since the last time */
    async settle(withinMs: number): Promise<AcceptedRuns> {
      isHeld = true;
      const deadline = Date.now() + withinMs;
      while (open > 0 && Date.now() < deadline) await sleep(LOOK_EVERY_MS);
      const settled = { ids: accepted, from: settledAt, until: Date.now() };
      settledAt = settled.until;
      accepted = [];
      refusals = [];
      isHeld = false;
      return settled;
    },
  };
}

/** Asks for no trace; undefined = this run is traced. */
export function traceparentOfRun(number: number): string | undefined {
  if (number % TRACED_ONE_OF === 0) return undefined;
  return `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-00`;
}

function describeRefusal(error: Error): string {
  return error instanceof ApiError
    ? `the API answered ${error.status} to a new run`
    : `the API did not answer: ${describeError(error)}`;
}
