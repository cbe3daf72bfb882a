import type { Queryable } from '../queryable.ts';
import { type Page, type PageRequest, parseIdCursor, toPage } from './page.ts';

export type ApprovalStatus = 'pending' | 'approved' | 'rejected' | 'cancelled';

export interface Approval {
  id: string;
  runId: string;
  workflowName: string;
  /** Of the run, a subject. */
  owner: string;
  step: string;
  /** -1 = the step itself, not an item of a map. */
  iteration: number;
  status: ApprovalStatus;
  message: string | null;
  /** null = whoever may run the workflow. */
  approver: { role: string } | { user: string } | null;
  comment: string | null;
  decidedBy: string | null;
  createdAt: Date;
  decidedAt: Date | null;
}

const COLUMNS = `
  a.id, a.run_id as "runId", r.workflow_name as "workflowName", a.owner, a.step, a.iteration, a.status,
  a.message, a.approver, a.comment, a.decided_by as "decidedBy", a.created_at as "createdAt",
  a.decided_at as "decidedAt"`;

/** Whose approvals are looked for: those of runs they own, and those that ask for them. */
export interface ApprovalViewer {
  subject: string;
  name: string;
  roles: readonly string[];
}

/** Newest first; `status` null = all, `viewer` null = everybody's. */
export async function listApprovals(
  db: Queryable,
  {
    status,
    viewer,
    limit,
    cursor,
  }: PageRequest & { status: ApprovalStatus | null; viewer: ApprovalViewer | null },
): Promise<Page<Approval>> {
  const { rows } = await db.query({
    name: 'list-approvals',
    text: `
      select ${COLUMNS} from approvals a join runs r on r.id = a.run_id
      where ($1::text is null or a.status = $1) and ($2::uuid is null or a.id < $2)
        and ($4::text is null or a.owner = $4 or a.approver ->> 'role' = any($6::text[])
          or lower(a.approver ->> 'user') = any(array[lower($5::text), $4]))
      order by a.id desc limit $3`,
    values: [
      status,
      parseIdCursor(cursor),
      limit + 1,
      viewer?.subject ?? null,
      viewer?.name ?? null,
      viewer?.roles ?? [],
    ],
    // So that the index of pending ones is seen for what it is.
    prepare: false,
  });
  return toPage<Approval>(rows, limit, (approval) => approval.id);
}

export async function getApproval(db: Queryable, id: string): Promise<Approval | null> {
  const { rows } = await db.query({
    name: 'get-approval',
    text: `select ${COLUMNS} from approvals a join runs r on r.id = a.run_id where a.id = $1`,
    values: [id],
  });
  return rows[0] ?? null;
}
