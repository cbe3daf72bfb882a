import type { Queryable } from '../../postgres/queryable.ts';
import { IS_OF_PAUSED_WORKFLOW } from '../workflows/paused-workflows.ts';

/** The backlog of one workflow or one owner with unfinished runs. */
export interface WaitingOf {
  /** null = this is the backlog of an owner. */
  workflow: string | null;
  /** A subject; null = this is the backlog of a workflow. */
  owner: string | null;
  /** Without runs of paused workflows, which wait for an admin, not for a worker. */
  queuedRuns: number;
  readySteps: number;
  /** Age of the oldest of them; 0 = none waits. */
  oldestAgeSeconds: number;
}

/** Each for workflows and owners: more than a metric has labels for. */
const MOST_GROUPS = 200;

/** Backlogs of workflows and owners, the largest first. */
export async function countWaiting(db: Queryable): Promise<WaitingOf[]> {
  const { rows } = await db.query({
    name: 'count-waiting',
    text: `
      with ready as (
        select run_id, count(*) as steps, min(ready_at) as oldest from steps where status = 'ready' group by run_id
      ), unfinished as (
        select r.workflow_name, r.owner, coalesce(ready.steps, 0) as ready,
          queued::int, least(ready.oldest, case when queued then r.created_at end) as oldest
        from runs r
          cross join lateral (select r.status = 'queued' and not ${IS_OF_PAUSED_WORKFLOW} as queued) is_queued
          left join ready on ready.run_id = r.id
        where r.finished_at is null
      ), ranked as (
        select workflow_name, owner, sum(queued)::int as queued, sum(ready)::int as ready,
          min(oldest) as oldest,
          row_number() over (partition by grouping(owner) order by sum(queued + ready) desc) as nth
        from unfinished group by grouping sets ((workflow_name), (owner))
      )
      select workflow_name as workflow, owner, queued as "queuedRuns", ready as "readySteps",
        greatest(coalesce(extract(epoch from now() - oldest), 0), 0)::float8 as "oldestAgeSeconds"
      from ranked where nth <= $1 order by nth`,
    values: [MOST_GROUPS],
  });
  return rows;
}
