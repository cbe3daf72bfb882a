import type { Queryable } from '../../postgres/queryable.ts';
import { INPUT_START } from '../runs/list-runs.ts';
import { type Page, type PageRequest, parseIdCursor, toPage } from '../page.ts';

export type ApprovalStatus = 'pending' | 'approved' | 'rejected' | 'cancelled';

export interface Approval {
  id: string;
  runId: string;
  workflowName: string;
  /** Of the run; null = it has none. */
  title: string | null;
  /** Owner of the run, a subject. */
  owner: string;
  step: string;
  /** -1 = the step itself, not an item of a map. */
  iteration: number;
  status: ApprovalStatus;
  message: string | null;
  /** null = everyone who may run the workflow. */
  approver: { role: string } | { user: string } | null;
  comment: string | null;
  decidedBy: string | null;
  createdAt: Date;
  decidedAt: Date | null;
  /** When the waiting step times out; null = never. */
  dueAt: Date | null;
  /** Of the run's input, as in lists of runs; null = the input is long. */
  inputStart: string | null;
}

const COLUMNS = `
  a.id, a.run_id as "runId", r.workflow_name as "workflowName", r.title, a.owner, a.step, a.iteration, a.status,
  a.message, a.approver, a.comment, a.decided_by as "decidedBy", a.created_at as "createdAt",
  a.decided_at as "decidedAt", ${INPUT_START} as "inputStart",
  (
    select s.due_at from steps s
    where a.status = 'pending' and s.run_id = a.run_id and s.step = a.step and s.iteration = a.iteration
  ) as "dueAt"`;

/** A person who sees approvals of their own runs, and those that name them. */
export interface ApprovalViewer {
  subject: string;
  /** The name that nobody else has; absent = approvals name them by the subject only. */
  uniqueName?: string | undefined;
  roles: readonly string[];
}

/**
 * SQL: the viewer may see approval `a`, because they own the run, or it names them or their role. If a row has JSON
 * that `->>` cannot read, such as a NUL, it names no person, and lists still work.
 * @param first number of the parameter with the subject (null = sees all); unique name and roles follow
 */
function isSeen(first: number): string {
  const asked = `case when pg_input_is_valid(a.approver::text, 'jsonb') then a.approver end`;
  return `($${first}::text is null or a.owner = $${first}
          or (${asked}) ->> 'role' = any($${first + 2}::text[])
          or (${asked}) ->> 'user' = $${first}
          or lower((${asked}) ->> 'user') = lower($${first + 1}::text))`;
}

/** Approvals that a person decided; the latest decision first. */
export async function listDecided(
  db: Queryable,
  { viewer, limit, cursor }: PageRequest & { viewer: ApprovalViewer | null },
): Promise<Page<Approval>> {
  const { rows } = await db.query({
    name: 'list-decided',
    text: `
      select ${COLUMNS} from approvals a join runs r on r.id = a.run_id
      where a.decided_by is not null and ${isSeen(3)}
        and ($2::uuid is null
          or (a.decided_at, a.id) < (select decided_at, id from approvals where id = $2))
      order by a.decided_at desc, a.id desc limit $1`,
    values: [limit + 1, parseIdCursor(cursor), ...valuesOf(viewer)],
  });
  return toPage<Approval>(rows, limit, (approval) => approval.id);
}

function valuesOf(viewer: ApprovalViewer | null): unknown[] {
  return [viewer?.subject ?? null, viewer?.uniqueName ?? null, viewer?.roles ?? []];
}

/** Newest first; `status` null = all, `viewer` null = sees all. */
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
    // So that the planner sees that the index of pending approvals applies.
    prepare: false,
  });
  return toPage<Approval>(rows, limit, (approval) => approval.id);
}

/** @param viewer null = sees all. @returns null = it does not exist, or the viewer may not see it */
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
