/** Events that change a run from outside. */

import { beginInLane, endAttempt } from './attempts.ts';
import type { Message, Moment } from './rows.ts';
import { findStep, isOpen, type RunState } from './run-state.ts';
import { type AttemptEnd, isInLane, type StepState } from './step-state.ts';
import type { LaneStep } from './storage.ts';
import { applyMessage, endDueWaits } from './due-waits.ts';

export type RunEvent =
  /** A decision, an event or the end of a child. */
  | { type: 'message'; message: Message }
  /** An executor has started or ended an attempt. */
  | { type: 'laneStep'; row: LaneStep }
  /** An attempt in the orchestrator has ended. */
  | { type: 'executed'; step: StepState; attempt: number; end: AttemptEnd }
  /** Time has passed. */
  | { type: 'time'; nowMs: Moment };

/** Applies an event to the run's state, and adds rows and effects to the next commit. */
export function applyEvent(run: RunState, event: RunEvent): void {
  if (run.phase !== 'working') return;
  switch (event.type) {
    case 'message':
      return applyMessage(run, event.message);
    case 'laneStep':
      return applyLaneStep(run, event.row);
    case 'executed':
      if (isOpen(run, event.step)) endAttempt(run, event.step, event.attempt, event.end);
      return;
    case 'time':
      return applyTime(run, event.nowMs);
  }
}

function applyLaneStep(run: RunState, row: LaneStep): void {
  const step = findStep(run, row);
  if (!step || !isInLane(step)) return;
  const { attempt, workerId, spanId, startedAtMs, ended } = row;
  beginInLane(run, step, { attempt, workerId, spanId, atMs: startedAtMs });
  if (ended !== null) endAttempt(run, step, attempt, ended);
}

function applyTime(run: RunState, nowMs: Moment): void {
  const { deadlineAtMs } = run.claim;
  if (deadlineAtMs !== null && deadlineAtMs <= nowMs)
    run.failure ??= { code: 'run_timeout', message: 'The run did not end within its timeout.' };
  else endDueWaits(run, nowMs);
}
