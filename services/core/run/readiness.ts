import type { StepStatus } from './states.ts';
import { isStepTerminal } from './states.ts';

/** How a step's parents must end for the step to run; see `forbids`. */
export type Join = 'all_succeeded' | 'none_failed' | 'all_settled';

/** The part of a plan that readiness needs. Steps refer to each other by index. */
export interface StepGraph {
  readonly steps: readonly {
    readonly needs: readonly number[];
    readonly dependants: readonly number[];
    readonly join: Join;
  }[];
}

/** Decisions about steps whose last parent has settled. */
export interface Decisions {
  /** Steps that can start. */
  run: number[];
  /** Steps that their `join` rules out. They are already settled. */
  skip: number[];
}

/**
 * Decides which steps of a run can start. It counts open parents in memory, so that settling a step takes time only
 * for its dependants.
 */
export interface Readiness {
  /** Decides the steps that can start now, in a new or a restored run. */
  begin(): Decisions;
  /** Records a step's end and returns all decisions that follow, with downstream skips. */
  settle(step: number, status: StepStatus): Decisions;
  status(step: number): StepStatus;
  /** Steps that have not settled; 0 = all steps have ended. */
  open(): number;
}

/** Starts with the given statuses; default: every step is pending. */
export function createReadiness(graph: StepGraph, statuses?: readonly StepStatus[]): Readiness {
  return new GraphReadiness(
    graph,
    statuses ? [...statuses] : graph.steps.map(() => 'pending' as const),
  );
}

/** A class, because six closures per run would take 0.35 kB (heap snapshot). */
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
    // A list instead of recursion: a chain of 2,000 skips would overflow the stack.
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

  /** Settles a step; returns the dependants for which it was the last open parent. */
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

/** Whether a parent that ended like this prevents a step with this join from running. */
export function forbids(join: Join, end: StepStatus): boolean {
  if (join === 'all_settled') return false;
  return join === 'none_failed' ? end === 'failed' || end === 'cancelled' : end !== 'succeeded';
}
