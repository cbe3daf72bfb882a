import type { Shape } from '@aio/tools/system/definition';
import { createRandom } from '@aio/loadtest/workflows/random';
import { chain, diamond, fan } from '@aio/loadtest/workflows/shapes';
import { waitUntil } from '@aio/tools/system/wait-until';

/** An engine that executes DAGs of small steps. */
export interface Contender {
  readonly name: string;
  /**
   * Executes `runs` runs of the shape.
   * @returns milliseconds from the first submission to the last end @throws Error unless every step was done
   */
  work(shape: NamedShape, runs: number): Promise<number>;
  /** Process ids of the workers, without processes that only submit. */
  workerPids(): number[];
}

export interface NamedShape {
  name: string;
  shape: Shape;
  /** Runs of a round; default: as many as fill it. */
  runs?: number;
}

export const SHAPES = [
  { name: 'chain-50', shape: chain(50) },
  { name: 'fan-1-100-1', shape: fan(100) },
  { name: 'diamond', shape: diamond() },
] as const;

const WORDS =
  'the incident service answers slowly since noon because a queue of orders grows while two of three replicas restart and customers in one region see errors that name no cause so check memory first then ask who deployed last what changed'.split(
    ' ',
  );

/** A text of words whose JSON has 1,000 characters: the output of a step. */
export function makePayload(): string {
  const random = createRandom(1);
  let text = '';
  while (text.length < 1000) text += `${random.pick(WORDS)} `;
  return text.slice(0, 998);
}

/** How clients submit runs to BullMQ and DBOS; `atOnce` requests are under way. */
export const BATCHES = { runsPerRequest: 50, atOnce: 4 };
const GIVE_UP_MS = 120_000;

/** Calls `submit` with a count, in BATCHES, until all runs are submitted. */
export async function submitAll(
  runs: number,
  submit: (count: number) => Promise<void>,
): Promise<void> {
  const { runsPerRequest, atOnce } = BATCHES;
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

/** Polls `isDone`: every millisecond for one run, else every 10 ms. @throws Error after two minutes */
export async function waitForEnd(runs: number, isDone: () => Promise<boolean>): Promise<void> {
  await waitUntil('every run has ended', GIVE_UP_MS, isDone, runs === 1 ? 1 : 10);
}
