import { setTimeout as sleep } from 'node:timers/promises';
import type { Shape } from '../../lib/definition.ts';

const POLL_MS = 10;
const POLL_ONE_MS = 0.1;
const GIVE_UP_MS = 120_000;
const MOST_STEPS_OF_BRIEF = 200;

/**
 * Whether it is over within milliseconds, and to be looked for closely. Whoever looks at a run of thousands of steps
 * that often takes half of both cores from it, and it took a tenth longer.
 */
export function isBrief(shape: Shape, runs: number): boolean {
  return runs === 1 && shape.length <= MOST_STEPS_OF_BRIEF;
}

/**
 * Asks until there is nothing left. One brief run on an idle system is looked for so often that the
 * looking does not show in its time: with 0.5 ms between, and the query, times came in steps of 0.7 ms.
 * @throws Error after two minutes
 */
export async function waitForEnd(
  isDone: () => Promise<boolean>,
  options: { closely: boolean },
): Promise<void> {
  const deadline = performance.now() + GIVE_UP_MS;
  while (!(await isDone())) {
    if (performance.now() > deadline) throw new Error(`not done within ${GIVE_UP_MS / 1000} s`);
    if (options.closely) pause(POLL_ONE_MS);
    else await sleep(POLL_MS);
  }
}

/** Timers of Node.js are no finer than a millisecond. Nothing else has to happen here meanwhile. */
function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
