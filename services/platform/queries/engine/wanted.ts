import type { EngineStorage } from '@aio/core/run/storage';
import type { Queryable } from '../../postgres/queryable.ts';
import { IS_OF_PAUSED_WORKFLOW } from '../workflows/paused-workflows.ts';

/**
 * Runs that have wanted a worker for longer than `olderThanMs`: new ones, or started ones that are due or released.
 * Leaves out new runs of a paused workflow.
 */
export async function findWantedRuns(
  db: Queryable,
  { which, olderThanMs, limit, after }: Parameters<EngineStorage['findWantedRuns']>[0],
): ReturnType<EngineStorage['findWantedRuns']> {
  const { rows } = await db.query({
    name: 'find-wanted-runs',
    variant: which,
    text: `
      select id as "runId", epoch, workflow_id as "workflowId", traceparent, tracestate, wanted_at::text as since
      from runs r
      where wanted_at <= now() - $1 * interval '1 millisecond' and finished_at is null
        and ${which === 'queued' ? NEW_AND_UNPAUSED : "status <> 'queued'"}
        and ($3::timestamptz is null or (wanted_at, id) > ($3::timestamptz, $4::uuid))
      order by wanted_at, id limit $2`,
    values: [olderThanMs, limit, after?.since ?? null, after?.row ?? null],
  });
  return rows.map(({ epoch, since, ...row }) => ({
    ...row,
    epoch: Number(epoch),
    position: { since, row: row.runId },
  }));
}

/** Steps of the lane that have waited for an executor for longer than `olderThanMs`, oldest first. */
export async function findReadySteps(
  db: Queryable,
  { lane, olderThanMs, limit, after }: Parameters<EngineStorage['findReadySteps']>[0],
): ReturnType<EngineStorage['findReadySteps']> {
  const { rows } = await db.query({
    name: 'find-ready-steps',
    text: `
      select s.run_id as "runId", s.step, s.iteration, s.attempt + 1 as attempt, s.lane, s.crashes,
        r.workflow_id as "workflowId", r.workflow_version_id as "workflowVersionId", r.owner, r.traceparent,
        r.tracestate, s.ready_at::text as since,
        ${ROW_OF_STEP} as row
      from steps s join runs r on r.id = s.run_id
      where s.status = 'ready' and s.lane = $1 and s.ready_at <= now() - $2 * interval '1 millisecond'
        and ($4::timestamptz is null or (s.ready_at, ${ROW_OF_STEP}) > ($4::timestamptz, $5))
      order by s.ready_at, ${ROW_OF_STEP} limit $3`,
    values: [lane, olderThanMs, limit, after?.since ?? null, after?.row ?? null],
  });
  return rows.map(({ since, row, ...step }) => ({ ...step, position: { since, row } }));
}

const NEW_AND_UNPAUSED = `status = 'queued' and not ${IS_OF_PAUSED_WORKFLOW}`;

/** SQL: orders steps that became ready at the same moment, such as the items of a map. */
const ROW_OF_STEP = `s.run_id || '/' || s.step || '/' || s.iteration`;
