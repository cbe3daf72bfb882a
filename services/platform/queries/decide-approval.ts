import { AioError } from '@aio/core/errors';
import type { Queryable } from '../queryable.ts';

export interface Decided {
  runId: string;
  epoch: number;
}

/**
 * Records what a person decided, once. The run's signal goes up and it is due now, so that a worker
 * takes it up even if the wake-up for it is lost.
 * @throws AioError `not_found`, `already_decided` (also when the run ended before)
 */
export async function decideApproval(
  db: Queryable,
  decision: {
    approvalId: string;
    status: 'approved' | 'rejected';
    comment: string | null;
    decidedBy: string;
  },
): Promise<Decided> {
  const { approvalId, status, comment, decidedBy } = decision;
  const { rows } = await db.query({
    name: 'decide-approval',
    text: `
      with held as (
        -- The run's row first, as every writer of a run does: no two of them deadlock.
        select r.id from runs r join approvals a on a.run_id = r.id where a.id = $1
        for no key update of r
      ), decided as (
        update approvals set status = $2, comment = $3, decided_by = $4, decided_at = now()
        where id = $1 and status = 'pending' and run_id in (select id from held)
        returning run_id
      )
      update runs r set signal = r.signal + 1, due_at = now()
      from decided where r.id = decided.run_id
      returning r.id as "runId", r.epoch`,
    values: [approvalId, status, comment, decidedBy],
  });
  if (rows[0]) return rows[0];
  const { rows: found } = await db.query({
    name: 'approval-status',
    text: 'select status, decided_by from approvals where id = $1',
    values: [approvalId],
  });
  if (!found[0]) throw new AioError('not_found', 'There is no such approval.');
  throw new AioError('already_decided', `The approval was ${found[0].status} before.`, {
    details: { status: found[0].status, decidedBy: found[0].decided_by },
  });
}
