import type { Plan } from '../definition/plan.ts';
import type { Failure } from '../errors.ts';
import type { Template } from '../expression/template.ts';
import type { Outputs } from './kept-outputs.ts';
import type { Readiness } from './readiness.ts';
import {
  type ClaimedRun,
  type Moment,
  noRows,
  type RunRows,
  type StartedChild,
  type StepWrite,
} from './rows.ts';
import type { RunStatus } from './states.ts';
import type { Usage } from './step-outcome.ts';
import { type StepEnd, stepNumber, type StepState } from './step-state.ts';

/** Sources of time, ids and randomness. Tests pass their own. */
export interface RunSources {
  /** The database's clock. */
  now(): Moment;
  /** UUID of version 7. */
  newId(): string;
  /** Id of the step's span; null = the run is not traced. */
  stepSpanId(step: StepState): string | null;
  /** The trace context of a run that the step starts. */
  newChildSpan(step: StepState): Pick<StartedChild, 'traceparent' | 'parentSpanId'>;
  /** 0 <= x < 1, for the jitter of retries. */
  random(): number;
}

/**
 * A run in the memory of its orchestrator: states, while everything else stays in the database. Events (`events.ts`)
 * and tasks (`tasks.ts`) change it. Each change adds rows to the next commit (`next-commit.ts`), and effects that follow
 * it.
 */
export interface RunState {
  readonly claim: ClaimedRun;
  readonly plan: Plan;
  /** Number of the workflow's version. */
  readonly version: number;
  readonly input: unknown;
  readonly sources: RunSources;
  readonly readiness: Readiness;
  readonly outputs: Outputs;
  /** Steps and items that can start and have not ended, by `stepNumber`. */
  readonly open: Map<number, StepState>;
  readonly maps: Map<number, MapState>;
  /** What expressions and span links need of ended steps, by the step's index; null = not ended. */
  readonly ended: ((Pick<StepState, 'attempt' | 'spanId'> & { error: Failure | null }) | null)[];
  /** When each step ended, by its index; 0 = not ended. */
  readonly endedAtMs: Float64Array;
  /** Items that ended before this worker claimed the run, by the map's index. Used to expand the map again. */
  readonly restoredItems: Map<number, EndedItems>;
  /** Steps whose wait has a due time. */
  readonly sleepers: Set<StepState>;
  readonly tasks: Tasks;
  /** `ending`: the run ends or is released; `over`: nothing more is written. */
  phase: 'working' | 'ending' | 'over';
  rows: RunRows;
  effects: Effect[];
  /** Rows of steps in `rows`, by `stepNumber`. A later state of a step replaces an earlier one. */
  written: Map<number, StepWrite>;
  /** Ids of messages that were applied, but not yet deleted. */
  readonly applied: Set<number>;
  /** The run's counter of changes by others at the last look at them; `NOT_LOOKED` = no look yet. */
  changesSeen: number;
  eventSeq: number;
  /** With items of maps, as `stepsDone`. */
  stepsTotal: number;
  stepsDone: number;
  /** Steps of the definition, without items. */
  stepsSucceeded: number;
  /** US dollars of all attempts whose price is known. */
  costUsd: number;
  /** Attempts whose price is unknown. */
  unpricedCalls: number;
  status: RunStatus;
  /** JSON text. */
  output: string | null;
  /** Why the run will fail, or has failed. */
  failure: Failure | null;
  finishedSeq: number | null;
  /** When the last of its steps ended, among those that ended under this worker. */
  stepsEndedAtMs: Moment | null;
  release: boolean;
}

/** Progress of a map. */
export interface MapState {
  readonly step: StepState;
  readonly items: readonly unknown[];
  /** Index of the next item to start. */
  next: number;
  /** Items from `next` on that have already ended under another worker. */
  readonly ended: Set<number>;
  /** Items that have started and not ended. */
  running: number;
  /** Items that have not ended. */
  open: number;
  /** When the map started, or the last of its items ended. The next item is ready from then on. */
  movedAtMs: Moment;
  failure: Failure | null;
}

export interface EndedItems {
  readonly ended: Set<number>;
  /** When the last of them ended. */
  endedAtMs: Moment;
  failure: Failure | null;
}

/** Work that the run can do now, the most urgent first. */
export interface Tasks {
  /** Expressions to evaluate. */
  readonly evaluations: Evaluation[];
  /** Steps that the orchestrator executes itself. */
  readonly executions: StepState[];
  /** Indexes of steps that can start. */
  readonly turns: number[];
  /** Indexes of maps that can continue, because an item ended. */
  readonly movedMaps: Set<number>;
}

export type Evaluation =
  /** The condition of a step, and the items of a map. */
  | { type: 'prepare'; step: StepState; condition: Template | null }
  /** The run's output. */
  | { type: 'conclude' };

/** Effects after a commit. Steps are as they were at the decision. */
export type Effect =
  /** The step is ready, and becomes a job of its lane. */
  | { type: 'dispatch'; step: StepState }
  | { type: 'attemptStarted'; step: StepState }
  /** An attempt failed, and another follows. */
  | { type: 'attemptFailed'; step: StepState; failure: Failure; atMs: Moment }
  /** The worker of an attempt died. */
  | { type: 'attemptLost'; step: StepState; atMs: Moment }
  | { type: 'stepEnded'; step: StepState; end: StepEnd }
  /** Executors must abort steps of the run. */
  | { type: 'laneStepsCancelled' }
  /** A step waits for an event, which may have already arrived. */
  | { type: 'eventAwaited' }
  | { type: 'childStarted'; child: StartedChild }
  /** Steps no longer wait for their child runs. */
  | { type: 'childrenLeft' }
  /** Changes by others can be applied only from now on. */
  | { type: 'look' }
  /** Another worker continues the run. */
  | { type: 'released' }
  | { type: 'runEnded' };

/** Others may have changed the run, so the orchestrator does not release it before the next look. */
export const NOT_LOOKED = -1;

export function createRunState(
  parts: Pick<
    RunState,
    'claim' | 'plan' | 'version' | 'input' | 'sources' | 'readiness' | 'outputs'
  >,
): RunState {
  const { claim, plan } = parts;
  return {
    ...parts,
    open: new Map(),
    maps: new Map(),
    ended: plan.steps.map(() => null),
    endedAtMs: new Float64Array(plan.steps.length),
    restoredItems: new Map(),
    sleepers: new Set(),
    tasks: { evaluations: [], executions: [], turns: [], movedMaps: new Set() },
    phase: 'working',
    rows: noRows(),
    effects: [],
    written: new Map(),
    applied: new Set(),
    changesSeen: claim.resumed ? NOT_LOOKED : claim.changes,
    eventSeq: claim.eventSeq,
    stepsTotal: claim.stepsTotal,
    stepsDone: claim.stepsDone,
    stepsSucceeded: claim.stepsSucceeded,
    costUsd: claim.costUsd,
    unpricedCalls: claim.unpricedCalls,
    status: 'running',
    output: null,
    failure: null,
    finishedSeq: null,
    stepsEndedAtMs: null,
    release: false,
  };
}

/** The run's next event number. */
export function nextSeq(run: RunState): number {
  return ++run.eventSeq;
}

export function addStep(run: RunState, step: StepState): void {
  run.open.set(stepNumber(step.step.index, step.iteration), step);
}

export function removeStep(run: RunState, step: StepState): void {
  run.open.delete(stepNumber(step.step.index, step.iteration));
}

/** undefined = it has not started, has ended, or is an item of a map that is not yet expanded. */
export function findStep(
  run: RunState,
  { step, iteration }: { step: string; iteration: number },
): StepState | undefined {
  const index = run.plan.indexOf.get(step);
  if (index === undefined || (iteration >= 0 && !run.maps.has(index))) return undefined;
  return run.open.get(stepNumber(index, iteration));
}

/** false = the step has ended, or the run has. */
export function isOpen(run: RunState, step: StepState): boolean {
  return (
    run.phase === 'working' && run.open.get(stepNumber(step.step.index, step.iteration)) === step
  );
}

/** @param dueAtMs null = no due time */
export function setDue(run: RunState, step: StepState, dueAtMs: Moment | null): void {
  if (dueAtMs !== null) run.sleepers.add(step);
  else if (step.dueAtMs !== null) run.sleepers.delete(step);
  step.dueAtMs = dueAtMs;
}

/** When the step was ready: when the run was accepted, or its last parent ended. */
export function readyAtMs({ claim, plan, endedAtMs }: RunState, index: number): Moment {
  // A retried run starts after the steps that it reuses.
  let ready = claim.createdAtMs;
  for (const parent of plan.steps[index]!.needs) ready = Math.max(ready, endedAtMs[parent]!);
  return ready;
}

/** The run's next due time, which may be its timeout; null = none. */
export function nextDueAt(run: RunState): Moment | null {
  let next = run.claim.deadlineAtMs;
  for (const step of run.sleepers) {
    const isItemOfUnknown = step.iteration >= 0 && !run.maps.has(step.step.index);
    if (!isItemOfUnknown && (next === null || step.dueAtMs! < next)) next = step.dueAtMs;
  }
  return next;
}

/** Adds the cost of an attempt. */
export function addCost(run: RunState, usage: unknown): void {
  if (!usage) return;
  const { costUsd } = usage as Partial<Usage>;
  if (typeof costUsd === 'number') run.costUsd += costUsd;
  else run.unpricedCalls += 1;
}
