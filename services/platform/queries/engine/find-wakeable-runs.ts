import type { WakeUp } from '@aio/core/wake-up';
import type { Queryable } from '../../queryable.ts';

/** Why the reconciler woke a run. */
export type Find = 'lease_expired' | 'queued';

/** Waiting runs whose time has come, by the database's clock. */
export async function findDueRuns(db: Queryable, limit: number): Promise<WakeUp[]> {
  const { rows } = await db.query({
    name: 'find-due-runs',
    text: `
      select id, epoch from runs
      where status = 'waiting' and due_at <= now() and (leased_until is null or leased_until < now())
        and not exists (select from lanes where lanes.name = runs.lane and lanes.paused_at is not null)
      order by due_at limit $1`,
    values: [limit],
  });
  return rows.map((row) => ({ runId: row.id, epoch: Number(row.epoch) }));
}

/** A run whose worker died is woken again sooner, since the next one may have died as well. */
const EXPIRED_PATIENCE_MS = 2_000;

/**
 * Runs that want a worker and have none: a lease that ran out, or a wake-up that was lost on its
 * way (older than `patienceMs`). Marks them, so that each is found once in that time.
 * A lease is given a second of grace: after an outage of the database its holder renews first.
 * Every find of an expired lease is a wake-up of its own; those of queued runs are one job each,
 * since a long queue is found again and again.
 */
export async function findLostRuns(
  db: Queryable,
  options: { patienceMs: number; limit: number },
): Promise<(WakeUp & { find: Find })[]> {
  const { rows } = await db.query({
    name: 'find-lost-runs',
    text: `
      with lost as (
        select id, leased_until is not null as expired
        from runs
        where finished_at is null
          and status in ('queued', 'running')
          and (leased_until is null or leased_until < now() - interval '1 second')
          and greatest(woken_at, created_at)
            < now() - case when leased_until is null then $1 else ${EXPIRED_PATIENCE_MS} end * interval '1 millisecond'
          and not exists (select from lanes where lanes.name = runs.lane and lanes.paused_at is not null)
        order by id limit $2
        for no key update skip locked
      )
      update runs r set woken_at = now() from lost where r.id = lost.id
      returning r.id, r.epoch, lost.expired, extract(epoch from now())::bigint as second`,
    values: [options.patienceMs, options.limit],
  });
  return rows.map((row) => ({
    runId: row.id,
    epoch: Number(row.epoch),
    ...(row.expired && { again: Number(row.second) }),
    find: row.expired ? 'lease_expired' : 'queued',
  }));
}
