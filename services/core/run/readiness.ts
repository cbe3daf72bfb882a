import type { StepStatus } from './states.ts';
import { isStepTerminal } from './states.ts';

/** What a step does with its parents' ends; see `decideJoin`. */
export type Join = 'all_succeeded' | 'none_failed' | 'all_settled';

/** The part of a plan that readiness looks at; steps name each other by index. */
export interface StepGraph {
  readonly steps: readonly {
    readonly needs: readonly number[];
    readonly dependants: readonly number[];
    readonly join: Join;
  }[];
}

/** What became of steps whose last parent has settled. */
export interface Decisions {
  /** Their turn has come. */
  run: number[];
  /** Their `join` rules them out; they are settled already. */
  skip: number[];
}

/**
 * Readiness of a run's steps, kept in memory by the worker that holds the run: counters of parents
 * still open, so that settling a step costs its dependants and no more.
 */
export interface Readiness {
  /** Steps whose turn it is at the beginning, or after loading a run half done. */
  begin(): Decisions;
  /** Records a step's end and tells what follows from it, skips all the way down included. */
  settle(step: number, status: StepStatus): Decisions;
  status(step: number): StepStatus;
  /** Steps not settled yet; 0 = the run has come to its end. */
  open(): number;
}

/** Starts from the given statuses (default: every step pending). */
export function createReadiness(graph: StepGraph, statuses?: readonly StepStatus[]): Readiness {
  return new GraphReadiness(
    graph,
    statuses ? [...statuses] : graph.steps.map(() => 'pending' as const),
  );
}

/** A class, since six functions for each run would take 0.35 kB of it (by a heap snapshot). */
class GraphReadiness implements Readiness {
  readonly #graph: StepGraph;
  readonly #status: StepStatus[];
  readonly #openParents: number[];
  #open: number;

  constructor(graph: StepGraph, status: StepStatus[]) {
    this.#graph = graph;
    this.#status = status;
    this.#openParents = graph.steps.map(
      (step) => step.needs.filter((parent) => !isStepTerminal(status[parent]!)).length,
    );
    this.#open = status.filter((one) => !isStepTerminal(one)).length;
  }

  begin(): Decisions {
    return this.#decide(
      this.#graph.steps.flatMap((_, step) =>
        this.#status[step] === 'pending' && this.#openParents[step] === 0 ? [step] : [],
      ),
    );
  }

  settle(step: number, end: StepStatus): Decisions {
    if (isStepTerminal(this.#status[step]!)) return { run: [], skip: [] };
    return this.#decide(this.#close(step, end));
  }

  status(step: number): StepStatus {
    return this.#status[step]!;
  }

  open(): number {
    return this.#open;
  }

  #decide(candidates: number[]): Decisions {
    const decisions: Decisions = { run: [], skip: [] };
    // A list rather than recursion: a chain of 10,000 skips is as deep as it is long.
    for (let next = 0; next < candidates.length; next++) {
      const step = candidates[next]!;
      if (decideJoin(this.#graph, step, this.#status) === 'run') {
        decisions.run.push(step);
      } else {
        decisions.skip.push(step);
        candidates.push(...this.#close(step, 'skipped'));
      }
    }
    return decisions;
  }

  /** Marks a step settled; answers the dependants for which it was the last parent. */
  #close(step: number, end: StepStatus): number[] {
    this.#status[step] = end;
    this.#open--;
    return this.#graph.steps[step]!.dependants.filter(
      (dependant) => --this.#openParents[dependant]! === 0,
    );
  }
}

function decideJoin(graph: StepGraph, step: number, status: readonly StepStatus[]): 'run' | 'skip' {
  const { needs, join } = graph.steps[step]!;
  return needs.some((parent) => forbids(join, status[parent]!)) ? 'skip' : 'run';
}

/** A parent that ended like this keeps a step with this join from its turn. */
export function forbids(join: Join, end: StepStatus): boolean {
  if (join === 'all_settled') return false;
  return join === 'none_failed' ? end === 'failed' || end === 'cancelled' : end !== 'succeeded';
}
