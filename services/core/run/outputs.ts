import type { Plan } from '../definition/plan.ts';

/** Outputs above this many characters are fetched when an expression names them. */
export const KEPT_OUTPUT_CHARS = 4096;

/**
 * Outputs that a later step of the run reads, kept from their step's end until their last reader has
 * ended. Small ones only: a worker holds states, not outputs.
 */
export interface Outputs {
  /** undefined = not kept. */
  get(step: number): { value: unknown } | undefined;
  keep(step: number, value: unknown): void;
  /** The step has ended and reads nothing any more. */
  readerEnded(step: number): void;
}

/** A run in which nothing is read holds nothing for it. */
const NONE_READ: Outputs = {
  get: () => undefined,
  keep: () => undefined,
  readerEnded: () => undefined,
};

export function createOutputs(plan: Plan): Outputs {
  const readersLeft = countReaders(plan);
  if (readersLeft.every((readers) => readers === 0)) return NONE_READ;
  const kept = new Map<number, { value: unknown }>();
  return {
    get: (step) => kept.get(step),
    keep(step, value) {
      if (readersLeft[step]! > 0) kept.set(step, { value });
    },
    readerEnded(step) {
      for (const read of plan.steps[step]!.reads) {
        if (--readersLeft[read]! === 0) kept.delete(read);
      }
    },
  };
}

function countReaders(plan: Plan): number[] {
  const readers = plan.steps.map(() => 0);
  for (const step of plan.steps) for (const read of step.reads) readers[read]!++;
  // The run's output is read at the very end: its reader never ends before the run.
  for (const id of plan.output?.reads ?? []) readers[plan.indexOf.get(id)!]!++;
  return readers;
}
