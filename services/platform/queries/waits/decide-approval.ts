import { AioError } from '@aio/core/errors';
import type { ChangedRun } from '@aio/core/run/storage';
import type { Pool } from '../../postgres/pool.ts';
import type { Queryable } from '../../postgres/queryable.ts';
import { inTransaction } from '../../postgres/transaction.ts';
import { type AuditActor, writeAudit } from '../audit-log.ts';
import { CHANGED_RUN, MARK_CHANGED, toChangedRun } from '../runs/changed-run.ts';

export interface ApprovalDecision {
  approvalId: string;
  decision: 'approved' | 'rejected';
  comment: string | null;
  decidedBy: string;
  /** Trace context of the request; null = not traced. */
  traceparent: string | null;
  audit?: AuditActor;
}

/**
 * Records a decision and writes a message to the run.
 * @returns the run: announce it
 * @throws AioError `not_found`, `already_decided`, or `run_finished` if the run ended first
 */
export async function decideApproval(pool: Pool, decision: ApprovalDecision): Promise<ChangedRun> {
  return inTransaction(pool, async (db) => {
    // Lock the run before the approval, like commits, so that the two cannot deadlock.
    const run = await lockRunOf(db, decision.approvalId);
    await decide(db, decision);
    // A finished run never changes.
    if (run.finished) throw runFinished();
    const changed = await tellRun(db, decision);
    if (decision.audit) {
      const target = `approvals/${decision.approvalId}`;
      const details = { decision: decision.decision, runId: run.runId };
      await writeAudit(db, decision.audit, { target, details });
    }
    return changed;
  });
}

async function lockRunOf(
  db: Queryable,
  approvalId: string,
): Promise<{ runId: string; finished: boolean }> {
  const { rows } = await db.query({
    name: 'lock-run-of-approval',
    text: `
      select r.id as "runId", r.finished_at is not null as finished
      from approvals a join runs r on r.id = a.run_id
      where a.id = $1 for no key update of r`,
    values: [approvalId],
  });
  if (!rows[0])
    throw new AioError(
      'not_found',
      'This approval does not exist, or you do not have access to it.',
    );
  return rows[0];
}

async function decide(db: Queryable, decision: ApprovalDecision): Promise<void> {
  const { approvalId, comment, decidedBy } = decision;
  const { rowCount } = await db.query({
    name: 'decide-approval',
    text: `
      update approvals set status = $2, comment = $3, decided_by = $4, decided_at = now()
      where id = $1 and status = 'pending'`,
    values: [approvalId, decision.decision, comment, decidedBy],
  });
  if (rowCount === 1) return;
  const { rows } = await db.query({
    name: 'get-approval-status',
    text: 'select status from approvals where id = $1',
    values: [approvalId],
  });
  const { status } = rows[0];
  if (status === 'cancelled') {
    throw runFinished();
  }
  throw new AioError('already_decided', `The approval has already been ${status}.`, {
    details: { status },
  });
}

/** Also makes the run want a worker, so that one claims it even if its job is lost. */
async function tellRun(
  db: Queryable,
  { approvalId, traceparent }: ApprovalDecision,
): Promise<ChangedRun> {
  const { rows } = await db.query({
    name: 'tell-decision',
    text: `
      with decided as (
        select run_id, step, iteration, status, comment, decided_by from approvals where id = $1
      ), message as (
        insert into run_messages (run_id, type, step, iteration, body, traceparent)
        select run_id, 'approval', step, iteration,
          json_build_object('status', status, 'comment', comment, 'decidedBy', decided_by), $2
        from decided
      )
      update runs r set ${MARK_CHANGED}
      where id = (select run_id from decided)
      returning ${CHANGED_RUN}`,
    values: [approvalId, traceparent],
  });
  return toChangedRun(rows[0]);
}

function runFinished(): AioError {
  return new AioError(
    'run_finished',
    'The run has ended, so the approval no longer needs a decision.',
  );
}
