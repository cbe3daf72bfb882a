import type { RunStatus, StepStatus } from '@aio/core/run/states';
import type { Queryable } from '../../postgres/queryable.ts';
import { FIRST_READY } from '../runs/run-steps.ts';
import { SHOWN_STEPS } from './shown-steps.ts';

/** Runs of a grid. */
export const GRID_RUNS = 50;
/** The most rows of steps to read, so it reads fewer runs if they have many steps, but at least one. */
export const MOST_GRID_STEPS = 10_000;

export interface GridRun {
  id: string;
  title: string | null;
  version: number;
  status: RunStatus;
  createdAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
  /** Steps that have become ready, or were never reached in an ended run. */
  cells: GridCell[];
}

/** A step of a run, with all items of a map. */
export interface GridCell {
  step: string;
  /** The worst of the step and its items. */
  status: StepStatus;
  /** From ready to the end of the last attempt; null = skipped, open, or not executed in this run. */
  durationMs: number | null;
}

/** A map whose items have several states shows the first of these. */
const WORST = [
  'failed',
  'running',
  'waiting',
  'ready',
  'pending',
  'cancelled',
  'succeeded',
  'skipped',
] as const satisfies readonly StepStatus[];

/**
 * The newest runs of a workflow in all versions, newest first, with the steps of the shown version and at most 100 others.
 * @param of.owner only runs of this subject; null = all runs
 */
export async function readWorkflowGrid(
  db: Queryable,
  { workflowId, owner }: { workflowId: string; owner: string | null },
): Promise<GridRun[]> {
  const { rows } = await db.query({
    name: 'workflow-grid',
    text: WORKFLOW_GRID,
    values: [workflowId, owner, GRID_RUNS],
  });
  return rows;
}

/** As a Date, so that the grid and the page of a run show the same duration. */
const wholeMs = (time: string) => `date_trunc('milliseconds', ${time})`;

// Grouping below `lateral` makes PostgreSQL look up the steps of one run after the other, by their key.
const WORKFLOW_GRID = `
  with run as (
    select * from (
      select *, sum(steps_total) over (order by id desc) - steps_total as before
      from (
        select id, title, workflow_version_id, status, created_at, started_at, finished_at, steps_total from runs
        where workflow_id = $1 and ($2::text is null or owner = $2)
        order by id desc limit $3
      ) newest
    ) counted
    where before < ${MOST_GRID_STEPS}
  ), ${SHOWN_STEPS}
  select r.id, r.title, v.version, r.status, r.created_at as "createdAt", r.started_at as "startedAt",
    r.finished_at as "finishedAt", cells.cells
  from run r join workflow_versions v on v.id = r.workflow_version_id
  cross join lateral (
    select coalesce(json_agg(cell), '[]') as cells from (
      select s.step,
        (array_agg(s.status order by array_position('{${WORST.join(',')}}'::text[], s.status)))[1] as status,
        max(case when s.iteration = -1 and s.status <> 'skipped' then (
          extract(epoch from ${wholeMs('s.finished_at')} - ${wholeMs(FIRST_READY)}) * 1000
        )::int8 end) as "durationMs"
      from steps s where s.run_id = r.id and s.step in (select step from shown_step)
      group by s.step
    ) cell
  ) cells
  order by r.id desc`;
