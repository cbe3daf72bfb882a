import type { Shape } from '../../lib/definition.ts';

/** Somebody who works off DAGs of steps that do nothing. */
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

/** A contender and its processes. */
export interface RunningContender extends Contender {
  /** So many workers from now on; 1 to begin with. */
  setWorkers(count: number): Promise<void>;
  stop(): Promise<void>;
}

export interface NamedShape {
  name: string;
  shape: Shape;
}

/** How a contender is given its runs. */
export interface Submission {
  runsPerRequest: number;
  /** Requests or commands on their way at once. */
  atOnce: number;
}

/** On every side that is given its work from outside. */
export const BATCHES: Submission = { runsPerRequest: 50, atOnce: 4 };
/** So many that the round trip does not decide. */
export const SINGLY: Submission = { runsPerRequest: 1, atOnce: 32 };

/** Calls `submit` with a number of runs until all are submitted. */
export async function submitAll(
  runs: number,
  { runsPerRequest, atOnce }: Submission,
  submit: (count: number) => Promise<void>,
): Promise<void> {
  let left = runs;
  const submitSome = async () => {
    while (left > 0) {
      const count = Math.min(left, runsPerRequest);
      left -= count;
      await submit(count);
    }
  };
  const requests = Math.ceil(runs / runsPerRequest);
  await Promise.all(Array.from({ length: Math.min(atOnce, requests) }, submitSome));
}
