/** What must be true after any load or drill, computed from PostgreSQL's rows (and the outside's counts). */

import type { Pool } from 'pg';
import type { CallCounts } from './simulator-client.ts';

/** LOST: accepted runs that are missing or not finished. */
export async function findLostRuns(db: Pool, runIds: readonly string[]): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `select accepted.id from unnest($1::uuid[]) as accepted(id)
       left join runs on runs.id = accepted.id
     where runs.finished_at is null`,
    [runIds],
  );
  return rows.map((row) => row.id);
}

/** Rows beyond one per step, and per item of a map, of a run. */
export async function countDoubledRows(db: Pool): Promise<number> {
  const { rows } = await db.query<{ doubled: number }>(
    `select coalesce(sum(count - 1), 0)::int as doubled
     from (select count(*) from steps group by run_id, step, iteration) as one`,
  );
  return rows[0]?.doubled ?? 0;
}

export interface StepFault {
  runId: string;
  step: string;
  fault: string;
}

/** Steps whose first attempt began before a parent had ended. Empty = the DAG's order was kept. */
export async function findEarlyStarts(db: Pool, runIds: readonly string[]): Promise<StepFault[]> {
  const { rows } = await db.query<StepFault>(
    `with edges as (
       select runs.id as run_id, child.key as child, parent.value as parent
       from runs
         join workflow_versions as version on version.id = runs.workflow_version_id
         cross join json_each(version.definition -> 'steps') as child
         cross join json_array_elements_text(child.value -> 'needs') as parent
       where runs.id = any ($1::uuid[])
     ), starts as (
       select run_id, step, min(started_at) as started_at
       from (select run_id, step, started_at from steps where run_id = any ($1::uuid[])
             union all
             select run_id, step, started_at from step_attempts where run_id = any ($1::uuid[])) as any_attempt
       group by run_id, step
     )
     select edges.run_id as "runId", edges.child as step, 'started before ' || edges.parent || ' ended' as fault
     from edges
       join starts on starts.run_id = edges.run_id and starts.step = edges.child
       left join steps as parent
         on parent.run_id = edges.run_id and parent.step = edges.parent and parent.iteration = -1
     where starts.started_at is not null
       and (parent.finished_at is null or parent.finished_at > starts.started_at)`,
    [runIds],
  );
  return rows;
}

/** Steps of the definition that did not end as `succeeded` in exactly one row and one attempt. */
export async function findStepsNotDoneOnce(
  db: Pool,
  runIds: readonly string[],
): Promise<StepFault[]> {
  const { rows } = await db.query<StepFault>(
    `with defined as (
       select runs.id as run_id, step.key as step
       from runs
         join workflow_versions as version on version.id = runs.workflow_version_id
         cross join json_object_keys(version.definition -> 'steps') as step(key)
       where runs.id = any ($1::uuid[])
     ), done as (
       select run_id, step, count(*) as rows, min(status) as status, max(attempt) as attempt
       from steps where run_id = any ($1::uuid[]) and iteration = -1 group by run_id, step
     )
     select coalesce(defined.run_id, done.run_id) as "runId", coalesce(defined.step, done.step) as step,
       coalesce(done.rows, 0) || ' rows, ' || coalesce(done.status, 'none') || ', attempt '
         || coalesce(done.attempt, 0) as fault
     from defined full join done on done.run_id = defined.run_id and done.step = defined.step
     where defined.step is null or done.rows is distinct from 1
       or done.status <> 'succeeded' or done.attempt <> 1`,
    [runIds],
  );
  return rows;
}

export interface Effects {
  /** FX: the most calls that one Idempotency-Key was seen with. */
  most: number;
  /** Calls that no recorded attempt answers for: repeated after their result was recorded. */
  uncovered: string[];
}

/** Compares what the outside saw with the attempts that the database knows of. */
export async function compareEffects(db: Pool, calls: CallCounts): Promise<Effects> {
  const keys = Object.keys(calls.byKey);
  const { rows } = await db.query<{ key: string; attempts: number | null }>(
    `select seen.key, steps.attempt as attempts
     from unnest($1::text[]) as seen(key)
       left join steps on steps.run_id::text || '-' || steps.step || '-' || steps.iteration = seen.key`,
    [keys],
  );
  const attempts = new Map(rows.map((row) => [row.key, row.attempts ?? 0]));
  const counts = Object.entries(calls.byKey);
  return {
    most: counts.reduce((most, [, seen]) => Math.max(most, seen), 0),
    uncovered: counts.filter(([key, seen]) => seen > (attempts.get(key) ?? 0)).map(([key]) => key),
  };
}
