import type { ChangedRun } from '@aio/core/run/storage';

/**
 * SQL: what a change from outside sets in a row of `runs r`. It is counted, so that its orchestrator cannot let go of the
 * run unseen; a run without one wants one.
 */
export const MARK_CHANGED = `
    signal = r.signal + 1,
    wanted_at = case when r.worker_id is null then now() else r.wanted_at end`;

/** SQL: what `toChangedRun` needs of a row of `runs r`. */
export const CHANGED_RUN = `
  r.id as "runId", r.epoch, r.workflow_id as "workflowId", r.worker_id as "workerId", r.traceparent, r.tracestate`;

export function toChangedRun(row: ChangedRun): ChangedRun {
  const { runId, epoch, workflowId, workerId, traceparent, tracestate } = row;
  return { runId, epoch: Number(epoch), workflowId, workerId, traceparent, tracestate };
}
