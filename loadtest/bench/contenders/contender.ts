import type { Shape } from '../../lib/definition.ts';
import { waitUntil } from '../../lib/wait-until.ts';

/** An engine that works off DAGs of small steps. */
export interface Contender {
  readonly name: string;
  /**
   * Works off that many runs of the shape; resolves with the milliseconds from the first submission
   * to the last end. @throws Error when not every step was done
   */
  work(shape: NamedShape, runs: number): Promise<number>;
  /** Of the worker processes; without those who only submit. */
  workerPids(): number[];
}

export interface NamedShape {
  name: string;
  shape: Shape;
}

export interface Batches {
  runsPerRequest: number;
  /** Requests under way. */
  atOnce: number;
}

/** How runs are submitted, to every engine that is given its work from outside. */
export const BATCHES: Batches = { runsPerRequest: 50, atOnce: 4 };
const GIVE_UP_MS = 120_000;

/** Calls `submit` with a number of runs until all are submitted. */
export async function submitAll(
  runs: number,
  submit: (count: number) => Promise<void>,
  { runsPerRequest, atOnce } = BATCHES,
): Promise<void> {
  let left = runs;
  const submitSome = async () => {
    while (left > 0) {
      const count = Math.min(left, runsPerRequest);
      left -= count;
      await submit(count);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, submitSome));
}

/** Asks until there is nothing left: for one run every millisecond, else every ten. @throws Error after two minutes */
export async function waitForEnd(runs: number, isDone: () => Promise<boolean>): Promise<void> {
  await waitUntil('every run has ended', GIVE_UP_MS, isDone, runs === 1 ? 1 : 10);
}
