import { DEFAULT_LANE } from '@aio/core/definition/kinds/kind';
import { expectedWaitSeconds } from '@aio/core/run/expected-wait';
import { STEP_LANES } from '@aio/core/run/jobs';
import type { Queryable } from '../../postgres/queryable.ts';
import { IS_OF_PAUSED_WORKFLOW } from '../workflows/paused-workflows.ts';
import { IS_SERVING } from './served-kinds.ts';

/** Rows for which the queue of a lane should have a job. */
export interface JobRows {
  lane: string;
  /**
   * Runs that want a worker (`default`), or ready steps: their jobs wait, are delayed or have just been taken. Excludes
   * new runs of a paused workflow, which have no jobs.
   */
  waiting: number;
  /** Runs that a worker holds (`default`), or running attempts: their jobs are active. */
  active: number;
  /** Runs or steps that workers started in the last minute. */
  begun: number;
  /** Expected wait of a job that enters the queue now; null = the lane is paused, so more workers would not help. */
  expectedWaitSeconds: number | null;
}

/** The rows of each queue, to compare with `WorkQueues.counts`, and its expected wait. */
export async function countJobRows(db: Queryable): Promise<JobRows[]> {
  const { rows } = await db.query({
    name: 'count-job-rows',
    text: `
      select counted.*,
        exists (select from lanes p where p.name = counted.lane and p.paused_at is not null) as "isPaused",
        coalesce((select sum((w.begun ->> counted.lane)::int) from workers w where ${IS_SERVING}), 0)::int as begun
      from (
        select $1::text as lane,
          (select count(*) from runs r where finished_at is null and wanted_at <= now()
            and not (status = 'queued' and ${IS_OF_PAUSED_WORKFLOW}))::int as waiting,
          (select count(*) from runs where finished_at is null and wanted_at is null
            and worker_id is not null)::int as active
        union all
        select lane,
          (select count(*) from steps s where s.lane = l.lane and status = 'ready')::int,
          (select count(*) from steps s where s.lane = l.lane and status = 'running'
            and attempt_ended_at is null)::int
        from unnest($2::text[]) as l(lane)
      ) as counted`,
    values: [DEFAULT_LANE, STEP_LANES],
  });
  return rows.map(({ isPaused, ...row }) => ({
    ...row,
    expectedWaitSeconds: isPaused ? null : expectedWaitSeconds(row.waiting, row.begun),
  }));
}
