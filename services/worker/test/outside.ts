import { waitUntil } from '@aio/platform/testing/wait-until';
import type { Http } from './start-engine.ts';

/** An http call that has not ended. */
export interface OpenCall {
  /** Name of the step, with the index of an item: `each/3`. */
  readonly name: string;
  readonly workerId: string;
  answer(output?: unknown): void;
  fail(error: unknown): void;
}

/** Stands for other services. Calls end when the test ends them, or with their signal. */
export interface Outside {
  readonly http: Http;
  /** Open calls, in order of arrival. */
  readonly open: ReadonlySet<OpenCall>;
  /** Number of all calls, by step and item. */
  readonly counts: ReadonlyMap<string, number>;
  /** Names of the calls that were aborted. */
  readonly aborted: readonly string[];
  openOf(workerId: string): OpenCall[];
  /** Answers open calls, and all later ones. */
  answerAll(output?: unknown): void;
  untilOpen(calls: number): Promise<OpenCall[]>;
}

export function createOutside(): Outside {
  const open = new Set<OpenCall>();
  const counts = new Map<string, number>();
  const aborted: string[] = [];
  let output: unknown;
  let isHeld = true;
  return {
    open,
    counts,
    aborted,
    openOf: (workerId) => [...open].filter((call) => call.workerId === workerId),
    http({ step, iteration, signal }, workerId) {
      const name = iteration === null ? step : `${step}/${iteration}`;
      counts.set(name, (counts.get(name) ?? 0) + 1);
      if (!isHeld) return output;
      return new Promise((resolve, reject) => {
        const end = (settle: () => void) => {
          if (open.delete(call)) settle();
        };
        const call: OpenCall = {
          name,
          workerId,
          answer: (value = null) => end(() => resolve(value)),
          fail: (error) => end(() => reject(error as Error)),
        };
        open.add(call);
        signal.addEventListener('abort', () => {
          aborted.push(name);
          call.fail(signal.reason);
        });
      });
    },
    answerAll(value = null) {
      isHeld = false;
      output = value;
      for (const call of open) call.answer(value);
    },
    untilOpen: (calls) =>
      waitUntil(() => open.size === calls && [...open], {
        what: `${calls} calls at once; there are ${open.size}`,
      }),
  };
}
