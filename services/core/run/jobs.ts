/** What travels through Redis. Jobs name rows: losing, repeating or reordering any of it loses nothing. */

import { DEFAULT_LANE } from '../definition/kinds/kind.ts';
import { LANES } from '../definition/kinds/registry.ts';
import type { AttemptKey, ReadyStep, WantedRun } from './storage.ts';

/** BullMQ queue of the runs that want a worker. A job is active for as long as a worker holds its run. */
export const RUN_QUEUE = 'runs';

/** Lanes whose steps are jobs. The steps of the lane `default` are executed where their runs are held. */
export const STEP_LANES: readonly string[] = LANES.filter((lane) => lane !== DEFAULT_LANE);

/** BullMQ queue of a lane: of its steps, or of the runs themselves for the lane `default`. */
export function queueOf(lane: string): string {
  return lane === DEFAULT_LANE ? RUN_QUEUE : `steps-${lane}`;
}

/** Names of all queues. */
export const QUEUES: readonly string[] = LANES.map(queueOf);

/** Redis channel that names changed runs (payload: run id) to the workers that hold them and the APIs that show them. */
export const CHANGES_CHANNEL = 'run-changed';

export interface RunJob {
  runId: string;
  epoch: number;
}

export interface StepJob extends AttemptKey {
  /** Workers that died with an earlier attempt of it. */
  crashes: number;
  resource: string | null;
  /** It has its place among the calls of the resource. */
  isReserved?: boolean;
}

/** One job for each time that a run comes to want a worker: sent again, it is the same. */
export function runJobId({ runId, epoch }: Pick<WantedRun, 'runId' | 'epoch'>): string {
  return `${runId}.${epoch}`;
}

/** One job for each attempt. */
export function stepJobId({
  runId,
  step,
  iteration,
  attempt,
}: Pick<ReadyStep, keyof AttemptKey>): string {
  return `${runId}.${step}.${iteration}.${attempt}`;
}
