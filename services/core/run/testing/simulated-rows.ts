import assert from 'node:assert/strict';
import type { CancelledAttempt, StepKey, StepWrite, StoredStep } from '../rows.ts';
import { isStepTerminal } from '../states.ts';
import type { AttemptResult } from '../step-outcome.ts';

/** A row of `steps`, with the record of its executor. */
export interface Row extends StepWrite {
  ended: { atMs: number; result: AttemptResult; output: unknown } | null;
}

/**
 * Writes a row like `commitProgress`.
 * @returns the attempt that had started, if this cancels it unseen
 */
export function writeRow(rows: Map<string, Row>, write: StepWrite): CancelledAttempt[] {
  const name = nameOf(write);
  const before = rows.get(name);
  if (before && isStepTerminal(before.status)) assert.fail(`${name} changed after its end`);
  const isKept = write.status === 'running';
  const hasBegun = write.status === 'cancelled' && before && before.attempt > write.attempt;
  rows.set(name, {
    ...write,
    attempt: hasBegun ? before.attempt : write.attempt,
    output:
      write.output ??
      (write.status === 'succeeded' && before?.ended ? JSON.stringify(before.ended.output) : null),
    readyAt: write.readyAt ?? before?.readyAt ?? null,
    startedSeq: write.status === 'ready' ? null : (write.startedSeq ?? before?.startedSeq ?? null),
    ended: isKept ? (before?.ended ?? null) : null,
  });
  if (!hasBegun) return [];
  const { step, iteration, attempt, spanId } = before;
  return [
    { step, iteration, attempt, spanId, workerId: 'executor', startedAtMs: before.startedAt! },
  ];
}

/** The name of a row in `SimulatedRun.rows`. */
export function nameOf({ step, iteration }: StepKey): string {
  return `${step} ${iteration}`;
}

/** The row as an orchestrator loads it. */
export function toStored(row: Row): StoredStep {
  return {
    step: row.step,
    iteration: row.iteration,
    status: row.status,
    attempt: row.attempt,
    crashes: row.crashes,
    error: row.error === null ? null : JSON.parse(row.error),
    workerId: row.workerId,
    spanId: null,
    approvalId: null,
    startedSeq: row.startedSeq,
    firstReadyAtMs: row.readyAt,
    firstStartedAtMs: null,
    rateLimits: 0,
    readyAtMs: row.readyAt,
    startedAtMs: row.startedAt,
    finishedAtMs: row.finishedAt,
    dueAtMs: row.dueAt,
    attemptEndedAtMs: null,
  };
}
