/** Why a run, a step or an item waits now, as data. The web UI words it. */

import type { KindWait } from '../definition/kinds/kind.ts';
import { waitsForOf } from '../definition/kinds/registry.ts';
import { isRunTerminal, type RunStatus, type StepStatus } from './states.ts';

/** Positions are counted up to here: this number means this many or more. */
export const MOST_AHEAD = 100;

/** @template At type of times */
export type Waiting<At = Date> =
  /** No worker serves the lane; `default` = no worker claims runs. */
  | { reason: 'no_worker'; lane: string }
  /** A user paused the lane; `by` null = unknown, `pauseReason` null = none given. */
  | {
      reason: 'lane_paused';
      lane: string;
      by: string | null;
      since: At;
      pauseReason: string | null;
    }
  /** A user paused the workflow before a worker claimed the run; `by` null = unknown. */
  | {
      reason: 'workflow_paused';
      workflow: string;
      by: string | null;
      since: At;
      pauseReason: string | null;
    }
  /** Every slot of the lane is taken; `position` steps were ready before it. */
  | { reason: 'slots_busy'; lane: string; slots: number; busy: number; position: number }
  /** The model's rate limit is used up, or the model asked for a pause. The step tries again at `until`. */
  | { reason: 'model_rate'; model: string; until: At }
  /** Steps of the run's owner hold their share of the lane's slots in the workers that took it. */
  | { reason: 'owner_share'; lane: string }
  /** Attempt `attempt` of `of` is next. */
  | { reason: 'retry'; attempt: number; of: number; at: At }
  | { reason: 'delay'; until: At }
  /** A person decides: a user with the role, or the user; both null = the run's owner. */
  | {
      reason: 'approval';
      approvalId: string;
      role: string | null;
      user: string | null;
      until: At | null;
    }
  | { reason: 'event'; name: string; key: string; until: At | null }
  | { reason: 'child'; runId: string; until: At | null }
  /** `position` runs were accepted before it; null = not counted. */
  | { reason: 'queued_run'; position: number | null }
  /** Its worker sends no heartbeat; another worker takes over by `until`. */
  | { reason: 'lease'; until: At };

/** The first of these reasons is the one that a run waits for. */
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
  'owner_share',
  'slots_busy',
  'retry',
  'delay',
];

/** These reasons count even while other steps of the run execute. */
const STOPS: readonly Waiting['reason'][] = ['no_worker', 'lane_paused', 'lease'];

/**
 * The reason for which a run waits, among the reasons of its steps.
 * @param isWorking whether one of its steps executes
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

/** Current state of a lane; `default` is the lane of runs. */
export interface LaneFacts {
  lane: string;
  /** Workers that serve the lane. */
  workers: number;
  /** All slots of these workers. */
  slots: number;
  busy: number;
  paused: { by: string | null; since: Date; pauseReason: string | null } | null;
}

/**
 * Why a ready step has not started; null = slots are free, and one starts it soon.
 * @param position steps of the lane that were ready before it, at most `MOST_AHEAD`
 */
export function waitInLane(facts: LaneFacts, position: number): Waiting | null {
  const { lane, slots, busy } = facts;
  return (
    obstacleIn(facts) ??
    (busy >= slots ? { reason: 'slots_busy', lane, slots, busy, position } : null)
  );
}

/** Why nothing in the lane can start; null = it can. */
export function obstacleIn({ lane, workers, paused }: LaneFacts): Waiting | null {
  if (paused !== null) return { reason: 'lane_paused', lane, ...paused };
  return workers === 0 ? { reason: 'no_worker', lane } : null;
}

/** A step that waits without a worker, from its rows. */
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
  /** null = none, or decided. */
  approval: { id: string; role: string | null; user: string | null } | null;
  event: { name: string; key: string } | null;
  child: { id: string; status: RunStatus } | null;
}

/** Why a step waits; null = it does not wait, or the wait has just ended. */
export function waitOfStep(step: WaitingStep): Waiting | null {
  if (step.status !== 'waiting') return null;
  const { dueAt: until } = step;
  if (step.isBetweenAttempts) {
    // Refused calls of a model do not count as attempts.
    const attempt = Math.min(step.attempt - step.crashes + 1, step.maxAttempts);
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
