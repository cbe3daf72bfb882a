import type { EngineStorage, ReadyStep, WantedRun } from '@aio/core/run/storage';
import type { Queryable } from '../../queryable.ts';
import { IS_OF_THIS_CODE } from './leases.ts';

/** Runs that wait for a worker: those that are due or handed back, or new ones older than `olderThanMs`. */
export async function findWantedRuns(
  db: Queryable,
  { which, olderThanMs, limit }: Parameters<EngineStorage['findWantedRuns']>[0],
): Promise<WantedRun[]> {
  const { rows } = await db.query({
    name: 'find-wanted-runs',
    variant: which,
    text: `
      select id as "runId", epoch, workflow_id as "workflowId", traceparent, tracestate from runs
      where wanted_at <= now() - $1 * interval '1 millisecond' and finished_at is null
        and status ${which === 'queued' ? '=' : '<>'} 'queued'
      order by wanted_at limit $2`,
    values: [olderThanMs, limit],
  });
  return rows.map(({ epoch, ...row }) => ({ ...row, epoch: Number(epoch) }));
}

/** Steps of the lane that have waited longer than `olderThanMs` for an executor, oldest first. */
export async function findReadySteps(
  db: Queryable,
  { lane, olderThanMs, limit }: Parameters<EngineStorage['findReadySteps']>[0],
): Promise<ReadyStep[]> {
  const { rows } = await db.query({
    name: 'find-ready-steps',
    text: `
      select s.run_id as "runId", s.step, s.iteration, s.attempt + 1 as attempt, s.lane, s.crashes,
        r.workflow_id as "workflowId", r.traceparent, r.tracestate, null as resource
      from steps s join runs r on r.id = s.run_id
      where s.status = 'ready' and s.lane = $1 and s.ready_at <= now() - $2 * interval '1 millisecond'
        and ${IS_OF_THIS_CODE}
      order by s.ready_at limit $3`,
    values: [lane, olderThanMs, limit],
  });
  return rows;
}
