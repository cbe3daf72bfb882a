import type { Waiting } from '@aio/core/run/wait-reason';
import type { Queryable } from '../../postgres/queryable.ts';

/** SQL: the workflow of a row of `runs r` is paused. */
export const IS_OF_PAUSED_WORKFLOW =
  'exists (select from workflows w where w.id = r.workflow_id and w.paused_at is not null)';

/** SQL: the name of who paused the workflow of a row of `workflows w`, from the audit log of the same transaction. */
export const PAUSED_BY = `(
  select a.name from audit_log a
  where a.target = 'workflows/' || w.name and a.action = 'pauseWorkflow' and a.at = w.paused_at
  limit 1
)`;

/**
 * Pauses a workflow: workers claim none of its new runs. The API still accepts runs, and started runs continue. Pausing
 * again changes nothing.
 * @returns false = there is no such workflow
 */
export async function pauseWorkflow(
  db: Queryable,
  name: string,
  reason: string | null,
): Promise<boolean> {
  const { rowCount } = await db.query({
    name: 'pause-workflow',
    text: `
      update workflows set
        pause_reason = case when paused_at is null then $2 else pause_reason end,
        paused_at = coalesce(paused_at, now())
      where name = $1`,
    values: [name, reason],
  });
  return rowCount === 1;
}

/**
 * Lets workers claim the workflow's runs again; reconcilers send their jobs within about a second. The timeouts of
 * waiting runs do not include the pause.
 * @returns false = there is no such workflow
 */
export async function resumeWorkflow(db: Queryable, name: string): Promise<boolean> {
  const { rowCount } = await db.query({
    name: 'resume-workflow',
    text: `
      with workflow as (select id, paused_at from workflows where name = $1), moved as (
        update runs r set deadline_at = r.deadline_at + (now() - greatest(w.paused_at, r.created_at))
        from workflow w
        where r.workflow_id = w.id and r.status = 'queued' and r.finished_at is null and r.deadline_at is not null
          and w.paused_at is not null
      )
      update workflows set paused_at = null, pause_reason = null where name = $1`,
    values: [name],
  });
  return rowCount === 1;
}

/** Those of the queued runs that wait because their workflow is paused. */
export async function readPausedRuns(
  db: Queryable,
  ids: readonly string[],
): Promise<Map<string, Waiting>> {
  if (ids.length === 0) return new Map();
  const { rows } = await db.query({
    name: 'read-paused-runs',
    text: `
      select r.id, w.name as workflow, w.paused_at as since, w.pause_reason as "pauseReason", ${PAUSED_BY} as by
      from runs r join workflows w on w.id = r.workflow_id
      where r.id = any($1::uuid[]) and w.paused_at is not null`,
    values: [ids],
  });
  return new Map(
    rows.map(({ id, ...paused }) => [id, { reason: 'workflow_paused' as const, ...paused }]),
  );
}
