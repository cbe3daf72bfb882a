import type { Machine } from '../drill-main.ts';
import { interruption } from '../interruption.ts';
import type { Topology } from './bed.ts';
import type { Fault } from './fault.ts';
import { showProgress } from './progress.ts';
import { describeOutcome } from './report.ts';
import { type Outcome, runFaults } from './run-faults.ts';

/** Options of every drill that has a list of faults. */
export const LIST_OPTIONS = {
  seed: { default: 1, least: 0 },
  jobs: { default: 1, least: 1 },
  only: 'text',
  list: 'flag',
} as const;

/** The voice of a drill in its terminal. */
export interface Teller {
  say(...lines: readonly string[]): void;
  /** A line for each fault of a list. */
  list(faults: readonly Fault[]): void;
  /** Does the faults, and shows what goes on and what came of it. */
  tell(
    faults: readonly Fault[],
    how: { seed: number; full: boolean; topology?: Topology },
  ): Promise<Outcome[]>;
}

/** @param jobs how many faults at once */
export function createTeller(machine: Machine, { jobs }: { jobs: number }): Teller {
  const progress = showProgress(process.stdout);
  const interrupted = interruption();
  const say = (...lines: readonly string[]) => lines.forEach((line) => progress.say(line));
  return {
    say,
    list: (faults) => say(...faults.map(({ name, what, limit }) => `${name}: ${what}; ${limit}`)),
    tell: (faults, how) =>
      runFaults(faults, {
        ...machine,
        ...how,
        jobs,
        interrupted,
        onProgress: ({ name }, what) => progress.show(name, what),
        onOutcome(outcome) {
          progress.end(outcome.fault.name);
          say(...describeOutcome(outcome));
        },
      }),
  };
}
