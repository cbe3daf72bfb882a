import type { Queryable } from '../queryable.ts';
import { INPUT_SUMMARY } from './list-runs.ts';
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
  /** When the step gives up, while it waits; null = no time ends its wait. */
  dueAt: Date | null;
  /** Of the run, as lists of runs show it; null = the input is long. */
  inputSummary: string | null;
}

const COLUMNS = `
  a.id, a.run_id as "runId", r.workflow_name as "workflowName", a.owner, a.step, a.iteration, a.status,
  a.message, a.approver, a.comment, a.decided_by as "decidedBy", a.created_at as "createdAt",
  a.decided_at as "decidedAt", ${INPUT_SUMMARY} as "inputSummary",
  (
    select s.due_at from steps s
    where a.status = 'pending' and s.run_id = a.run_id and s.step = a.step and s.iteration = a.iteration
  ) as "dueAt"`;

/** Whose approvals are looked for: those of runs they own, and those that ask for them. */
export interface ApprovalViewer {
  subject: string;
  name: string;
  roles: readonly string[];
}

/**
 * SQL of whether an approval `a` is theirs to see: of a run that they own, or it asks for them by a role or a
 * name. A row may hold what `->>` throws at, such as a NUL: it asks for nobody, and everybody's list goes on.
 * @param first number of the parameter with the subject, null = sees all; the name and the roles follow
 */
function isSeen(first: number): string {
  const asked = `case when pg_input_is_valid(a.approver::text, 'jsonb') then a.approver end`;
  return `($${first}::text is null or a.owner = $${first}
          or (${asked}) ->> 'role' = any($${first + 2}::text[])
          or lower((${asked}) ->> 'user') = any(array[lower($${first + 1}::text), $${first}]))`;
}

function valuesOf(viewer: ApprovalViewer | null): unknown[] {
  return [viewer?.subject ?? null, viewer?.name ?? null, viewer?.roles ?? []];
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
        and ${isSeen(4)}
      order by a.id desc limit $3`,
    values: [status, parseIdCursor(cursor), limit + 1, ...valuesOf(viewer)],
    // So that the index of pending ones is seen for what it is.
    prepare: false,
  });
  return toPage<Approval>(rows, limit, (approval) => approval.id);
}

/** null = there is none, or the viewer may not see it; viewer null = anybody's. */
export async function getApproval(
  db: Queryable,
  id: string,
  viewer: ApprovalViewer | null,
): Promise<Approval | null> {
  const { rows } = await db.query({
    name: 'get-approval',
    text: `
      select ${COLUMNS} from approvals a join runs r on r.id = a.run_id
      where a.id = $1 and ${isSeen(2)}`,
    values: [id, ...valuesOf(viewer)],
  });
  return rows[0] ?? null;
}
