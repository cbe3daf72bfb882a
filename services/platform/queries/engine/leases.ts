import type { EngineStorage } from '@aio/core/run/storage';
import type { Queryable } from '../../postgres/queryable.ts';

/**
 * SQL: the lease of the worker with this id has not ended.
 * @param since SQL: the time to compare with
 */
export function isAlive(workerId: string, since = 'now()'): string {
  return `exists (select from workers w where w.id = ${workerId} and w.leased_until > ${since})`;
}

/** SQL: no living worker holds the run of a row of `runs r`. */
export const IS_FREE = `(r.worker_id is null or not ${isAlive('r.worker_id')})`;

/** Extends the worker's lease, and returns the runs and attempts that it holds by their rows. */
export async function heartbeat(
  db: Queryable,
  { workerId, leaseMs }: Parameters<EngineStorage['heartbeat']>[0],
): ReturnType<EngineStorage['heartbeat']> {
  const { rows } = await db.query({
    name: 'heartbeat',
    text: `
      with prolonged as (
        update workers set leased_until = now() + $2 * interval '1 millisecond', heartbeat_at = now() where id = $1
      )
      select extract(epoch from now())::float8 * 1000 as "nowMs",
        (select coalesce(json_agg(json_build_object('runId', id, 'epoch', epoch, 'changes', changes)), '[]')
         from runs where worker_id = $1 and finished_at is null) as runs,
        (select coalesce(json_agg(json_build_object(
           'runId', run_id, 'step', step, 'iteration', iteration, 'attempt', attempt)), '[]')
         from steps
         where status = 'running' and attempt_ended_at is null and worker_id = $1 and lane <> 'default') as attempts`,
    values: [workerId, leaseMs],
  });
  return rows[0];
}

/** Releases these runs, which then want a worker, in the order of their ids. */
export async function releaseRuns(
  db: Queryable,
  runs: Parameters<EngineStorage['releaseRuns']>[0],
): Promise<void> {
  await db.query({
    name: 'release-runs',
    text: `
      with held as (
        select r.id from unnest($1::uuid[], $2::bigint[]) as f(id, epoch)
          join runs r on r.id = f.id and r.epoch = f.epoch
        where r.finished_at is null order by r.id for no key update of r
      )
      update runs r set worker_id = null, wanted_at = now() from held where r.id = held.id`,
    values: [runs.map(({ runId }) => runId), runs.map(({ epoch }) => epoch)],
  });
}

/** Returns those of the attempts that the worker still holds. */
export async function loadHeldAttempts(
  db: Queryable,
  workerId: string,
  attempts: Parameters<EngineStorage['loadHeldAttempts']>[1],
): ReturnType<EngineStorage['loadHeldAttempts']> {
  if (attempts.length === 0) return [];
  const { rows } = await db.query({
    name: 'load-held-attempts',
    text: `
      select s.run_id as "runId", s.step, s.iteration, s.attempt
      from unnest($2::uuid[], $3::text[], $4::int[], $5::int[]) as a(run_id, step, iteration, attempt)
        join steps s using (run_id, step, iteration, attempt)
      where s.status = 'running' and s.worker_id = $1`,
    values: [
      workerId,
      attempts.map(({ runId }) => runId),
      attempts.map(({ step }) => step),
      attempts.map(({ iteration }) => iteration),
      attempts.map(({ attempt }) => attempt),
    ],
  });
  return rows;
}

/**
 * Makes runs of dead workers want another worker. A lease has one second of grace, because after a database outage its
 * holder renews it first.
 * @returns the number of runs
 */
export async function recordLostRuns(db: Queryable, limit: number): Promise<number> {
  const { rowCount } = await db.query({
    name: 'record-lost-runs',
    text: `
      with gone as (
        select worker_id from (select distinct worker_id from runs where worker_id is not null and finished_at is null) held
        where not ${isAlive('worker_id', "now() - interval '1 second'")}
      ), abandoned as (
        select r.id from runs r
        where r.finished_at is null and r.wanted_at is null and r.worker_id in (select worker_id from gone)
        order by r.id limit $1
        for no key update skip locked
      )
      update runs r set wanted_at = now() from abandoned where r.id = abandoned.id`,
    values: [limit],
  });
  return rowCount ?? 0;
}

/**
 * Releases a run that has nothing to decide.
 * @returns false = the run has changed since its orchestrator last looked, or another worker has it: look again
 */
export async function releaseRun(
  db: Queryable,
  release: Parameters<EngineStorage['releaseRun']>[0],
): Promise<boolean> {
  const { rowCount } = await db.query({
    name: 'release-run',
    text: `
      update runs set
        status = $5,
        fruitless_takeovers = 0,
        worker_id = null,
        wanted_at = least(to_timestamp($4::float8 / 1000), deadline_at)
      where id = $1 and epoch = $2 and changes = $3 and finished_at is null`,
    values: [release.runId, release.epoch, release.changes, release.dueAt, release.status],
  });
  return rowCount === 1;
}
