import type { FreshRun } from '@aio/core/wake-up';
import type { ClaimedRun } from '@aio/platform/queries/engine/claim-runs';
import { hash } from 'node:crypto';

/** Of a run that was only submitted; see the defaults of its row. */
const SUBMITTED = { epoch: 0, signal: 0, eventSeq: 1 };

/** What claiming it will have come to; the database's times are known with its first commit. */
export function claimOf(run: FreshRun): ClaimedRun {
  const now = Date.now();
  return {
    id: run.id,
    workflowId: run.workflowId,
    workflowName: run.workflowName,
    workflowVersionId: run.workflowVersionId,
    owner: run.owner,
    input: run.input,
    traceparent: run.traceparent,
    tracestate: run.tracestate,
    epoch: SUBMITTED.epoch + 1,
    signal: SUBMITTED.signal,
    eventSeq: SUBMITTED.eventSeq + 1,
    stepsTotal: run.stepsTotal,
    stepsDone: 0,
    createdAtMs: now,
    nowMs: now,
    deadlineAtMs: run.timeoutMs === null ? null : now + run.timeoutMs,
    resumed: false,
    was: 'queued',
    depth: 0,
  };
}

/**
 * Whether a run that all are told of is this worker's to begin, by a lot that all workers draw alike (rendezvous hashing):
 * of those that know of each other, it falls to one.
 */
export function isChosen(workerId: string, others: readonly string[], runId: string): boolean {
  const lot = (id: string) => hash('md5', runId + id);
  const mine = lot(workerId);
  return others.every((other) => lot(other) < mine);
}
