import type { ChangedRun } from '@aio/core/run/storage';

/**
 * SQL: a change from outside sets these columns of `runs r`. It raises the counter, so that the orchestrator cannot
 * release the run without seeing the change. A run without a worker then wants one.
 */
export const MARK_CHANGED = `
    changes = r.changes + 1,
    wanted_at = case when r.worker_id is null then now() else r.wanted_at end`;

/** SQL: columns of `runs r` for `toChangedRun`. */
export const CHANGED_RUN = `
  r.id as "runId", r.epoch, r.workflow_id as "workflowId", r.worker_id as "workerId", r.traceparent, r.tracestate`;

export function toChangedRun(row: ChangedRun): ChangedRun {
  const { runId, epoch, workflowId, workerId, traceparent, tracestate } = row;
  return { runId, epoch: Number(epoch), workflowId, workerId, traceparent, tracestate };
}
