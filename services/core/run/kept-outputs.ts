import type { Plan } from '../definition/plan.ts';

/** Longer outputs are fetched when an expression reads them. */
export const KEPT_OUTPUT_CHARS = 4096;

/**
 * Outputs that a later step of the run reads, from their step's end to the end of their last reader. Only small
 * outputs, because a worker holds states, not outputs.
 */
export interface Outputs {
  /** undefined = not kept. */
  get(step: number): { value: unknown } | undefined;
  keep(step: number, value: unknown): void;
  /** The step has ended, and reads no more outputs. */
  readerEnded(step: number): void;
}

/** For a run in which no step reads an output. */
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
  // The run's output reads at the very end, so this reader never ends before the run.
  for (const id of plan.output?.reads ?? []) readers[plan.indexOf.get(id)!]!++;
  return readers;
}
