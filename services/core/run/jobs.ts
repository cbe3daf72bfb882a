/** Jobs and channels in Redis. Jobs only name rows, so they may be lost, repeated or reordered. */

import { DEFAULT_LANE } from '../definition/kinds/kind.ts';
import { LANES } from '../definition/kinds/registry.ts';
import type { PlanWork } from '../definition/plan.ts';
import type { AttemptKey, ReadyStep, WantedRun } from './storage.ts';

/** BullMQ queue of the runs that need a worker. A job is active while a worker holds its run. */
export const RUN_QUEUE = 'runs';

/** Lanes whose steps are jobs. The orchestrator executes the steps of the lane `default`. */
export const STEP_LANES: readonly string[] = LANES.filter((lane) => lane !== DEFAULT_LANE);

/** BullMQ queue of a lane's steps; for the lane `default`, the queue of runs. */
export function queueOf(lane: string): string {
  return lane === DEFAULT_LANE ? RUN_QUEUE : `steps-${lane}`;
}

/** Names of all queues. */
export const QUEUES: readonly string[] = LANES.map(queueOf);

/** Redis channel that names changed runs (payload: run id) to the workers that hold them and the APIs that show them. */
export const CHANGES_CHANNEL = 'run-changed';

/** Redis channel of one run, for the texts that models are writing in it. Only the APIs of people who watch it listen. */
export function textChannelOf(runId: string): string {
  return `run-text:${runId}`;
}

/** A piece of a text that a step is writing. Pieces may be lost; nobody stores them. */
export interface TextPiece {
  step: string;
  /** -1 = the step itself. */
  iteration: number;
  attempt: number;
  /** Length of the attempt's text before this piece. A smaller one than before starts the text again. */
  offset: number;
  text: string;
  /** The text is longer than what people are shown while it is written. */
  isCut: boolean;
}

export interface RunJob {
  runId: string;
  epoch: number;
}

export interface StepJob extends AttemptKey {
  /** Owner of the run. */
  owner: string;
  /** Workers that died during an earlier attempt. */
  crashes: number;
  /** null = none, or not yet evaluated. */
  resource: string | null;
  isResourceComputed?: boolean;
  /** The job has reserved a call of the resource. */
  isReserved?: boolean;
  /** How often a worker put it back because its owner held too many slots; 0 = another reason delayed it last. */
  aboveShare?: number;
}

/** What a job knows of the resource that its step calls. */
export function jobResource({
  resource,
}: Pick<PlanWork, 'resource'>): Pick<ReadyStep, 'resource' | 'isResourceComputed'> {
  if (resource === null || typeof resource === 'string') return { resource };
  return { resource: null, isResourceComputed: true };
}

/** Id of the job for a run and epoch. Sending the job again does not duplicate it. */
export function runJobId({ runId, epoch }: Pick<WantedRun, 'runId' | 'epoch'>): string {
  return `${runId}.${epoch}`;
}

/** Id of the job for an attempt. */
export function stepJobId({
  runId,
  step,
  iteration,
  attempt,
}: Pick<ReadyStep, keyof AttemptKey>): string {
  return `${runId}.${step}.${iteration}.${attempt}`;
}
