import type { Plan } from '@aio/core/definition/compile';
import type { Failure } from '@aio/core/errors';
import type { Readiness } from '@aio/core/run/readiness';
import type { RunStatus } from '@aio/core/run/states';
import type { ClaimedRun } from '@aio/platform/queries/engine/claim-runs';
import type { StepWrite } from '@aio/platform/queries/engine/step-changes';
import type { Message } from '@aio/platform/queries/engine/load-run';
import type { Draft } from './draft.ts';
import { createDraft, writeStep } from './draft.ts';
import type { Outputs } from './outputs.ts';
import type { SlotRequest } from './slots.ts';
import type { Unit } from './unit.ts';
import { unitKey } from './unit.ts';

/** Progress of a map: which items are open, and what is wrong with it. */
export interface MapProgress {
  readonly unit: Unit;
  readonly items: readonly unknown[];
  /** Index of the next item to begin; items below it have begun or ended. */
  next: number;
  /** Items from `next` on that have ended: another worker began them, out of order. */
  readonly ended: Set<number>;
  /** Items begun and not ended. */
  running: number;
  /** Items not ended. */
  open: number;
  /** When the map began, or the latest of its items ended: the next item has waited for that. */
  movedAtMs: number;
  failure: Failure | null;
}

export interface EndedItems {
  ended: Set<number>;
  /** When the latest of them ended. */
  endedAtMs: number;
  failure: Failure | null;
}

/** What a settled step leaves behind for expressions that name it. */
export interface Settled {
  readonly attempts: number;
  /** Of its last attempt, for the links of those that waited for it. */
  readonly spanId: string | null;
  readonly error: Failure | null;
}

/** How most steps end: one for all of them, since a run has up to thousands. */
const AT_THE_FIRST_ATTEMPT: Settled = { attempts: 1, spanId: null, error: null };

/**
 * A run while this worker holds its lease: states in memory, everything else in the database.
 * `working` starts steps; `parking` is being let go, since nothing is left but waiting; `draining` lets
 * running steps end and starts none; `ending` has its terminal state on the way to the database; `over`
 * is no longer ours, and nothing more is written of it.
 */
export interface HeldRun {
  /** When it was heard of, by `performance.now()`, and its first commit is to take its lease; null = that is taken. */
  freshSince: number | null;
  readonly claim: ClaimedRun;
  readonly plan: Plan;
  /** Number of the workflow's version. */
  readonly version: number;
  readonly input: unknown;
  readonly readiness: Readiness;
  readonly outputs: Outputs;
  readonly units: Map<number, Unit>;
  readonly maps: Map<number, MapProgress>;
  /** By the step's index; null = it is not settled. */
  readonly settled: (Settled | null)[];
  /** When each step ended, by its index; 0 = it has not. */
  readonly endedAtMs: Float64Array;
  /** What earlier workers left of a map's items, read when the map is expanded again; null = nothing. */
  endedItems: Map<number, EndedItems> | null;
  /** Messages about items of maps that have not been expanded again yet. */
  readonly earlyMessages: Message[];
  /** Ids of the messages that were taken up and are not deleted yet. */
  readonly takenMessages: Set<number>;
  /** Work for `advance`, slice by slice: expressions whose values are there, whatever phase the run is in. */
  readonly evaluations: (() => void)[];
  /** Units that take no slot and whose turn has come. */
  readonly atOnce: Unit[];
  /** Steps whose turn has come, and maps of which an item has ended. */
  readonly turns: number[];
  readonly movedMaps: Set<number>;
  phase: 'working' | 'parking' | 'draining' | 'ending' | 'over';
  draft: Draft;
  /** What is on its way to the database; null = nothing. */
  inFlight: Draft | null;
  /** true while `advance` is at work: what it calls may ask for it again without going deeper. */
  advancing: boolean;
  /** Units whose wait has an end: what the run's timer is set by. */
  readonly sleepers: Set<Unit>;
  /** The look into the inbox that is under way, or the last one; `nextLook` waits for it to end. */
  look: Promise<boolean>;
  nextLook: Promise<boolean> | null;
  /** Units that hold a slot, also those no longer in `units`, by what they asked with. */
  readonly slotHolders: Map<Unit, SlotRequest>;
  /** Units that other workers have, or may take. */
  readonly handed: Set<Unit>;
  /** Units preparing, queued for a slot, running or handed out; 0 = nothing left but waiting. */
  busy: number;
  /** Units whose attempt is running here. */
  running: number;
  /** Called with the next commit of a run that is tried alone; null = it is not, or not any more. */
  survived: (() => void) | null;
  signalSeen: number;
  eventSeq: number;
  stepsTotal: number;
  stepsDone: number;
  status: RunStatus;
  output: string | null;
  /** Why the run must fail as soon as `advance` sees it, or has failed. */
  failure: Failure | null;
  finishedSeq: number | null;
  /** When the latest of its steps ended, of those that ended here. */
  stepsEndedAtMs: number | null;
  release: boolean;
  timer: NodeJS.Timeout | null;
  /** Resolves when the run is over for this worker. */
  readonly done: Promise<void>;
  readonly resolveDone: () => void;
}

export function createHeldRun(parts: {
  claim: ClaimedRun;
  plan: Plan;
  version: number;
  readiness: Readiness;
  outputs: Outputs;
  freshSince: number | null;
}): HeldRun {
  const { claim } = parts;
  const { promise, resolve } = Promise.withResolvers<void>();
  return {
    ...parts,
    input: JSON.parse(claim.input),
    units: new Map(),
    maps: new Map(),
    settled: parts.plan.steps.map(() => null),
    endedAtMs: new Float64Array(parts.plan.steps.length),
    endedItems: null,
    earlyMessages: [],
    takenMessages: new Set(),
    evaluations: [],
    atOnce: [],
    turns: [],
    movedMaps: new Set(),
    phase: 'working',
    draft: createDraft(),
    inFlight: null,
    advancing: false,
    sleepers: new Set(),
    look: Promise.resolve(true),
    nextLook: null,
    slotHolders: new Map(),
    handed: new Set(),
    busy: 0,
    running: 0,
    survived: null,
    signalSeen: claim.signal,
    eventSeq: claim.eventSeq,
    stepsTotal: claim.stepsTotal,
    stepsDone: claim.stepsDone,
    status: 'running',
    output: null,
    failure: null,
    finishedSeq: null,
    stepsEndedAtMs: null,
    release: false,
    timer: null,
    done: promise,
    resolveDone: resolve,
  };
}

/** Records what the step leaves behind, of which most is the same. */
export function setSettled(run: HeldRun, index: number, settled: Settled): void {
  const { attempts, spanId, error } = settled;
  const isUsual = attempts === 1 && spanId === null && error === null;
  run.settled[index] = isUsual ? AT_THE_FIRST_ATTEMPT : settled;
}

/** When the last thing that the step waited for was over: the run was accepted, or the last of its parents ended. */
export function readyAtMs({ claim, plan, endedAtMs }: HeldRun, index: number): number {
  // A run that goes on from another began after the steps that it has of it.
  let ready = claim.createdAtMs;
  for (const parent of plan.steps[index]!.needs) ready = Math.max(ready, endedAtMs[parent]!);
  return ready;
}

/** The run's next event number. */
export function nextSeq(run: HeldRun): number {
  return ++run.eventSeq;
}

export function addUnit(run: HeldRun, unit: Unit): void {
  run.units.set(unitKey(unit.step.index, unit.iteration), unit);
}

/** An item restored from the database waits on until its map has been expanded again. */
export function isExpanded(run: HeldRun, unit: Unit): boolean {
  return unit.iteration === -1 || run.maps.has(unit.step.index);
}

/** @param dueAtMs null = no time ends its wait. */
export function setDue(run: HeldRun, unit: Unit, dueAtMs: number | null): void {
  if (dueAtMs !== null) run.sleepers.add(unit);
  else if (unit.dueAtMs !== null) run.sleepers.delete(unit);
  unit.dueAtMs = dueAtMs;
}

/** false = the unit has ended, or the run has. */
export function hasUnit(run: HeldRun, unit: Unit): boolean {
  if (run.phase === 'ending' || run.phase === 'over') return false;
  return run.units.get(unitKey(unit.step.index, unit.iteration)) === unit;
}

export function removeUnit(run: HeldRun, unit: Unit): void {
  run.units.delete(unitKey(unit.step.index, unit.iteration));
}

/** What of a unit's row is not in the unit. */
type Particulars = Partial<
  Pick<
    StepWrite,
    | 'resolution'
    | 'output'
    | 'error'
    | 'usage'
    | 'dueAt'
    | 'finishedAt'
    | 'startedSeq'
    | 'waitingSeq'
    | 'finishedSeq'
  >
>;

/** Puts the unit's row as it stands now, with these particulars, into the next commit. */
export function writeUnit(run: HeldRun, unit: Unit, particulars: Particulars = {}): void {
  writeStep(run.draft, unit, {
    step: unit.step.id,
    iteration: unit.iteration,
    kind: unit.iteration === -1 ? unit.step.kind : unit.work.kind,
    lane: unit.work.lane,
    status: unit.status,
    resolution: particulars.resolution ?? null,
    attempt: unit.attempt,
    crashes: unit.crashes,
    output: particulars.output ?? null,
    error: particulars.error ?? null,
    usage: particulars.usage ?? null,
    workerId: unit.workerId,
    spanId: unit.spanId,
    dueAt: particulars.dueAt ?? null,
    readyAt: unit.readyAtMs,
    startedAt: unit.startedAtMs,
    finishedAt: particulars.finishedAt ?? null,
    startedSeq: particulars.startedSeq ?? null,
    waitingSeq: particulars.waitingSeq ?? null,
    finishedSeq: particulars.finishedSeq ?? null,
  });
}
