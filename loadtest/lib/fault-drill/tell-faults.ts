import type { Fault } from './fault.ts';
import type { Progress } from './progress.ts';
import { describeOutcome } from './report.ts';
import { type Outcome, runFaults, type RunOptions } from './run-faults.ts';

/** A line for each fault of a list. */
export function listFaults(faults: readonly Fault[]): string[] {
  return faults.map(({ name, what, limit }) => `${name}: ${what}; ${limit}`);
}

/** Does the faults, and shows what goes on and what came of it. */
export function tellFaults(
  faults: readonly Fault[],
  { progress, ...options }: RunOptions & { jobs: number; progress: Progress },
): Promise<Outcome[]> {
  return runFaults(faults, {
    ...options,
    onProgress: ({ name }, what) => progress.show(name, what),
    onOutcome(outcome) {
      progress.end(outcome.fault.name);
      for (const line of describeOutcome(outcome)) progress.say(line);
    },
  });
}
