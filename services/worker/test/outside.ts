import { waitUntil } from '@aio/platform/testing/wait-until';
import type { Http } from './start-engine.ts';

/** A call to the outside that has not ended. */
export interface OpenCall {
  /** Of the step, and of the item if it is one: `each/3`. */
  readonly name: string;
  readonly workerId: string;
  answer(output?: unknown): void;
  fail(error: unknown): void;
}

/** Everything outside: calls end when the test says so, or with their signal. */
export interface Outside {
  readonly http: Http;
  /** In the order in which they came. */
  readonly open: ReadonlySet<OpenCall>;
  /** Every call that ever was, by step and item. */
  readonly counts: ReadonlyMap<string, number>;
  /** Names of the calls that were aborted. */
  readonly aborted: readonly string[];
  openOf(workerId: string): OpenCall[];
  /** Answers what is open and, from now on, whatever comes. */
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
