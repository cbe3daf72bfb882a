/** Why a run, a step or an item does not go on at this moment, as data: pages and people word it. */

import type { KindWait } from '../definition/kinds/kind.ts';
import { waitsForOf } from '../definition/kinds/registry.ts';
import { isRunTerminal, type RunStatus, type StepStatus } from './states.ts';

/** Places in a line are counted up to here: this number means so many or more. */
export const MOST_AHEAD = 100;

/** @template At how a time is written */
export type Waiting<At = Date> =
  /** No worker takes steps of the lane; `default` = no worker takes runs. */
  | { reason: 'no_worker'; lane: string }
  /** Somebody paused the lane; `by` null = that is not known, `pauseReason` null = they gave no reason. */
  | {
      reason: 'lane_paused';
      lane: string;
      by: string | null;
      since: At;
      pauseReason: string | null;
    }
  /** Somebody paused the workflow, and no worker has begun the run; `by` null = that is not known. */
  | {
      reason: 'workflow_paused';
      workflow: string;
      by: string | null;
      since: At;
      pauseReason: string | null;
    }
  /** Every slot of the lane is taken; `position` steps were ready before it. */
  | { reason: 'slots_busy'; lane: string; slots: number; busy: number; position: number }
  /** Slots are free: it is on its way to one of them. */
  | { reason: 'dispatch'; lane: string; position: number }
  /** The model is called as often as its rate allows, or has asked for a pause: the step tries again then. */
  | { reason: 'model_rate'; model: string; until: At }
  /** The next attempt, of so many. */
  | { reason: 'retry'; attempt: number; of: number; at: At }
  | { reason: 'delay'; until: At }
  /** A person decides: anyone with the role, or the user; both null = anyone who may see the run. */
  | {
      reason: 'approval';
      approvalId: string;
      role: string | null;
      user: string | null;
      until: At | null;
    }
  | { reason: 'event'; name: string; key: string; until: At | null }
  | { reason: 'child'; runId: string; until: At | null }
  /** Further items of the map begin as others end. */
  | { reason: 'map_concurrency'; running: number; limit: number }
  /** So many runs were accepted before it; null = they were not counted. */
  | { reason: 'queued_run'; position: number | null }
  /** Its worker is silent; another takes over by then. */
  | { reason: 'lease'; until: At };

/** The first of these that a run meets is what it waits for. */
export const WAIT_RANKS: readonly Waiting['reason'][] = [
  'workflow_paused',
  'no_worker',
  'lane_paused',
  'lease',
  'queued_run',
  'approval',
  'event',
  'child',
  'model_rate',
  'slots_busy',
  'dispatch',
  'retry',
  'delay',
  'map_concurrency',
];

/** These hold a run up even while other steps of it execute. */
const STOPS: readonly Waiting['reason'][] = ['no_worker', 'lane_paused', 'lease'];

/**
 * What a run waits for, of all that its steps wait for.
 * @param isWorking a step of it executes
 */
export function decidingWait(
  waits: readonly (Waiting | null)[],
  isWorking: boolean,
): Waiting | null {
  const [first] = waits
    .filter((wait) => wait !== null)
    .filter(({ reason }) => !isWorking || STOPS.includes(reason))
    .toSorted((a, b) => WAIT_RANKS.indexOf(a.reason) - WAIT_RANKS.indexOf(b.reason));
  return first ?? null;
}

/** A lane at this moment; `default` is the lane of the runs themselves. */
export interface LaneFacts {
  lane: string;
  /** Workers that take steps of the lane. */
  workers: number;
  /** Of these workers together. */
  slots: number;
  busy: number;
  paused: { by: string | null; since: Date; pauseReason: string | null } | null;
}

/**
 * Why a step that is ready has not begun.
 * @param position steps of the lane that were ready before it, `MOST_AHEAD` at most
 */
export function waitInLane(facts: LaneFacts, position: number): Waiting {
  const { lane, slots, busy } = facts;
  return (
    obstacleIn(facts) ??
    (busy >= slots
      ? { reason: 'slots_busy', lane, slots, busy, position }
      : { reason: 'dispatch', lane, position })
  );
}

/** What lets nothing of the lane begin; null = nothing does. */
export function obstacleIn({ lane, workers, paused }: LaneFacts): Waiting | null {
  if (paused !== null) return { reason: 'lane_paused', lane, ...paused };
  return workers === 0 ? { reason: 'no_worker', lane } : null;
}

/** What rows say of a step that waits without a worker. */
export interface WaitingStep {
  kind: string;
  status: StepStatus;
  /** Attempts started. */
  attempt: number;
  crashes: number;
  /** Attempts that the definition allows. */
  maxAttempts: number;
  /** The last attempt failed, and another follows. */
  isBetweenAttempts: boolean;
  dueAt: Date | null;
  /** While nobody has decided. */
  approval: { id: string; role: string | null; user: string | null } | null;
  event: { name: string; key: string } | null;
  child: { id: string; status: RunStatus } | null;
}

/** null = what it waited for has come, or it does not wait. */
export function waitOfStep(step: WaitingStep): Waiting | null {
  if (step.status !== 'waiting') return null;
  const { dueAt: until } = step;
  if (step.isBetweenAttempts) {
    const attempt = step.attempt - step.crashes + 1;
    return until && { reason: 'retry', attempt, of: step.maxAttempts, at: until };
  }
  const waitsFor: KindWait | null = waitsForOf(step.kind);
  switch (waitsFor) {
    case 'delay':
      return until && { reason: 'delay', until };
    case 'approval': {
      if (step.approval === null) return null;
      const { id: approvalId, role, user } = step.approval;
      return { reason: 'approval', approvalId, role, user, until };
    }
    case 'event':
      return step.event && { reason: 'event', ...step.event, until };
    case 'child':
      if (step.child === null || isRunTerminal(step.child.status)) return null;
      return { reason: 'child', runId: step.child.id, until };
    case null:
      return null;
  }
}
