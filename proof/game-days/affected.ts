import type { Pool } from 'pg';
import { countDoubledRows, findLostRuns } from '../oracles/oracles.ts';
import { countRows } from '../oracles/rows.ts';
import { type AcceptedRuns, STEADY_WORKFLOW } from './traffic.ts';

export interface FirstError {
  readonly at: number;
  readonly what: string;
  readonly runId: string;
}

/** Runs of a game began at most this long before the fault that disturbs them. */
const BEFORE_MS = 60_000;

/** The first attempt or run of a game's workflows that failed since; undefined = none. */
export async function findFirstError(db: Pool, since: number): Promise<FirstError | undefined> {
  const { rows } = await db.query<{ at: Date; what: string; runId: string }>(
    `select bad.at, bad.what, bad.run_id as "runId"
     from (
       select finished_at as at, coalesce(error->>'message', status) as what, run_id
       from step_attempts where run_id >= $1 and finished_at >= $2
       union all
       select finished_at, coalesce(error->>'message', status), id
       from runs where id >= $1 and status = 'failed' and finished_at >= $2
     ) as bad join runs on runs.id = bad.run_id
     where runs.workflow_name like 'game-%' order by bad.at limit 1`,
    [firstIdOf(since - BEFORE_MS), new Date(since)],
  );
  const [first] = rows;
  return first && { ...first, at: first.at.getTime() };
}

/** The run of a game that the fault held up longest, a traced one if there is; undefined = there is none. */
export async function findAffectedRun(db: Pool, since: number): Promise<string | undefined> {
  const { rows } = await db.query<{ id: string }>(
    `select id from runs where id >= $1 and workflow_name like 'game-%'
     order by coalesce(traceparent, '') like '%-01' desc, coalesce(finished_at, now()) - created_at desc limit 1`,
    [firstIdOf(since - BEFORE_MS)],
  );
  return rows[0]?.id;
}

export interface RowsOfGame {
  accepted: number;
  lost: number;
  doubled: number;
}

/** LOST and DUP of the traffic. */
export async function countRowsOfGame(
  db: Pool,
  { ids, from, until }: AcceptedRuns,
): Promise<RowsOfGame> {
  const runs = await countRows(db, 'runs where id >= $1 and id < $2 and workflow_name = $3', [
    firstIdOf(from),
    firstIdOf(until),
    STEADY_WORKFLOW,
  ]);
  return {
    accepted: ids.length,
    lost: (await findLostRuns(db, ids)).length,
    doubled: Math.max(0, runs - ids.length) + (await countDoubledRows(db, ids)),
  };
}

/** The least id of a run (UUIDv7) that began at this moment. */
function firstIdOf(ms: number): string {
  const hex = Math.floor(ms).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}
