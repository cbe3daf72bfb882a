import type { Queryable } from '../queryable.ts';

export type ApprovalStatus = 'pending' | 'approved' | 'rejected' | 'cancelled';

export interface Approval {
  id: string;
  runId: string;
  workflow: string;
  step: string;
  /** -1 = the step itself. */
  iteration: number;
  status: ApprovalStatus;
  message: string | null;
  approver: Record<string, string> | null;
  comment: string | null;
  decidedBy: string | null;
  createdAt: Date;
  decidedAt: Date | null;
}

const COLUMNS = `
  a.id, a.run_id as "runId", r.workflow_name as workflow, a.step, a.iteration, a.status, a.message,
  a.approver, a.comment, a.decided_by as "decidedBy", a.created_at as "createdAt",
  a.decided_at as "decidedAt"`;

/** A page of approvals, newest first; `before` = the last id of the page before. */
export async function listApprovals(
  db: Queryable,
  page: { status: ApprovalStatus | null; limit: number; before: string | null },
): Promise<Approval[]> {
  const { rows } = await db.query({
    name: 'list-approvals',
    // The index of pending approvals serves only where the plan sees the value.
    prepare: false,
    text: `
      select ${COLUMNS} from approvals a join runs r on r.id = a.run_id
      where ($1::text is null or a.status = $1) and ($3::uuid is null or a.id < $3)
      order by a.id desc limit $2`,
    values: [page.status, page.limit, page.before],
  });
  return rows;
}

/** null = no such approval. */
export async function getApproval(db: Queryable, id: string): Promise<Approval | null> {
  const { rows } = await db.query({
    name: 'get-approval',
    text: `select ${COLUMNS} from approvals a join runs r on r.id = a.run_id where a.id = $1`,
    values: [id],
  });
  return rows[0] ?? null;
}
