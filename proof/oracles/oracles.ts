/** Checks for the end of every load and drill, from PostgreSQL's rows and the simulator's counts. */

import type { Pool } from 'pg';
import type { CallCounts } from '@aio/tools/system/simulator-client';

/** LOST: ids of accepted runs that are missing or unfinished. */
export async function findLostRuns(db: Pool, runIds: readonly string[]): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `select accepted.id from unnest($1::uuid[]) as accepted(id)
       left join runs on runs.id = accepted.id
     where runs.finished_at is null or runs.status not in ('succeeded', 'failed', 'cancelled')`,
    [runIds],
  );
  return rows.map((row) => row.id);
}

/** Number of extra rows per run, step and map item. @param runIds default: all runs */
export async function countDoubledRows(db: Pool, runIds?: readonly string[]): Promise<number> {
  const { rows } = await db.query<{ doubled: number }>(
    `select coalesce(sum(count - 1), 0)::int as doubled
     from (
       select count(*) from steps where $1::uuid[] is null or run_id = any($1)
       group by run_id, step, iteration
     ) as one`,
    [runIds ?? null],
  );
  return rows[0]?.doubled ?? 0;
}

export interface Effects {
  /** FX: the most calls with one Idempotency-Key. */
  most: number;
  /** Keys with more calls than recorded attempts, e.g. a call repeated after its result was recorded. */
  uncovered: string[];
}

/** Compares the simulator's calls with the recorded attempts. */
export async function compareEffects(db: Pool, calls: Pick<CallCounts, 'byKey'>): Promise<Effects> {
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
