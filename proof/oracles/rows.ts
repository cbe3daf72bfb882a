import type { Pool } from 'pg';
import type { System, SystemWorker } from '@aio/tools/system/system';
import { waitUntil } from '@aio/tools/system/wait-until';

/** Number of rows, e.g. from `runs where finished_at is null`. */
export async function countRows(db: Pool, from: string, values: unknown[] = []): Promise<number> {
  const sql = `select count(*)::int as count from ${from}`;
  const { rows } = await db.query<{ count: number }>(sql, values);
  return rows[0]!.count;
}

export interface StepRow {
  status: string;
  attempt: number;
  crashes: number;
  error: { code: string; message: string } | null;
  output: unknown;
  /** The row has the result of the attempt. The orchestrator may still have to process it. */
  isRecorded: boolean;
  /** Milliseconds by the database's clock. */
  startedAt: number | null;
  finishedAt: number | null;
}

/** The row of a step; null = it has none yet. */
export async function readStep(
  { db }: { db: Pool },
  runId: string,
  step: string,
): Promise<StepRow | null> {
  const { rows } = await db.query<StepRow>(
    `select status, attempt, crashes, error, output,
       attempt_ended_at is not null or status = 'succeeded' as "isRecorded",
       extract(epoch from started_at)::float8 * 1000 as "startedAt",
       extract(epoch from finished_at)::float8 * 1000 as "finishedAt"
     from steps where run_id = $1 and step = $2 and iteration = -1`,
    [runId, step],
  );
  return rows[0] ?? null;
}

/** Waits until PostgreSQL names a worker that runs this step, and returns it. */
export async function findRunner(
  bed: { db: Pool; system: Pick<System, 'workers'> },
  runId: string,
  step: string,
  withinMs: number,
): Promise<SystemWorker> {
  return waitUntil(`a worker runs ${step}`, withinMs, async () => {
    const { rows } = await bed.db.query<{ pid: number }>(
      `select pid from steps join workers on workers.id = steps.worker_id
       where run_id = $1 and step = $2 and status = 'running'`,
      [runId, step],
    );
    return bed.system.workers.find((worker) => worker.pid === rows[0]?.pid);
  });
}

/** Resolves when `count` calls of `/work?hold=<name>` wait. */
export async function waitForHolds(
  bed: { system: { simulator: Pick<System['simulator'], 'holds'> } },
  name: string,
  count: number,
  withinMs: number,
): Promise<void> {
  await waitUntil(`${count} calls are held at ${name}`, withinMs, async () => {
    return (await bed.system.simulator.holds())[name] === count;
  });
}

export interface Attempt {
  attempt: number;
  status: string;
  code: string | null;
  /** Milliseconds by the database's clock. */
  startedAt: number;
  finishedAt: number;
}

/** All attempts of a finished step, oldest first. */
export async function readAttempts(db: Pool, runId: string, step: string): Promise<Attempt[]> {
  const { rows } = await db.query<Attempt>(
    `select attempt, status, error->>'code' as code,
       extract(epoch from started_at)::float8 * 1000 as "startedAt",
       extract(epoch from finished_at)::float8 * 1000 as "finishedAt"
     from (
       select attempt, status, error, started_at, finished_at from step_attempts
       where run_id = $1 and step = $2
       union all
       select attempt, status, error, started_at, finished_at from steps
       where run_id = $1 and step = $2 and iteration = -1
     ) as attempts order by attempt`,
    [runId, step],
  );
  return rows;
}

/** Milliseconds from `since` until the next start of a step; NaN = no step started. */
export async function firstStartAfter(db: Pool, since: Date): Promise<number> {
  const { rows } = await db.query<{ ms: number | null }>(
    `select extract(epoch from min(started_at) - $1::timestamptz)::float8 * 1000 as ms
     from (select started_at from steps union all select started_at from step_attempts) as attempt
     where started_at > $1`,
    [since],
  );
  return rows[0]?.ms ?? Number.NaN;
}

/**
 * Milliseconds from `since` until workers had claimed all runs accepted before it; 0 = they had already, NaN = a
 * run is still unclaimed.
 */
export async function backlogTakenAfter(db: Pool, since: Date): Promise<number> {
  const { rows } = await db.query<{ ms: number | null; never: number }>(
    `select extract(epoch from max(started_at) - $1::timestamptz)::float8 * 1000 as ms,
       count(*) filter (where started_at is null)::int as never
     from runs where created_at <= $1`,
    [since],
  );
  const [row] = rows;
  return row?.never === 0 ? Math.max(row.ms ?? 0, 0) : Number.NaN;
}
