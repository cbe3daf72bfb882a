import type { Queryable } from '../../queryable.ts';

export interface HeldLease {
  runId: string;
  epoch: number;
}

/**
 * Prolongs the leases and tells each run's signal. A run that is missing in the answer is lost:
 * cancelled, taken over, or let go in the meantime: a lease on a run that nobody holds would keep
 * everybody from it. A lease that ran out is still prolonged while nobody took the run.
 * Rows are locked in id order, as commits do, so that the two never deadlock.
 * @returns `nowMs` = the database's clock; null = no lease was prolonged
 */
export async function renewLeases(
  db: Queryable,
  renewal: { workerId: string; leases: readonly HeldLease[]; leaseMs: number },
): Promise<{ signals: Map<string, number>; nowMs: number | null }> {
  const { workerId, leases, leaseMs } = renewal;
  const { rows } = await db.query({
    name: 'renew-leases',
    text: `
      with held as (
        select r.id
        from runs r join unnest($1::uuid[], $2::bigint[]) as l(id, epoch) on l.id = r.id and l.epoch = r.epoch
        where r.worker_id = $4 and r.finished_at is null
        order by r.id
        for no key update of r
      )
      update runs r set leased_until = now() + $3 * interval '1 millisecond'
      from held where r.id = held.id
      returning r.id, r.signal, extract(epoch from now())::float8 * 1000 as now_ms`,
    values: [
      leases.map((lease) => lease.runId),
      leases.map((lease) => lease.epoch),
      leaseMs,
      workerId,
    ],
  });
  const signals = new Map(rows.map((row) => [row.id, Number(row.signal)] as const));
  return { signals, nowMs: rows[0]?.now_ms ?? null };
}

export interface HandedState {
  signal: number;
  /** true = it has messages; they may have been taken up already. */
  told: boolean;
  /** true = a worker that has steps of the run has not been heard of for longer than its lease. */
  abandoned: boolean;
}

/** How it stands with runs of which other workers have steps. */
export async function readHandedStates(
  db: Queryable,
  runIds: readonly string[],
): Promise<Map<string, HandedState>> {
  const { rows } = await db.query({
    name: 'read-handed-states',
    text: `
      select r.id, r.signal,
        exists (select from run_messages m where m.run_id = r.id) as told, exists (
        select from chunks c join chunk_steps s on s.chunk_id = c.id
        where c.run_id = r.id and c.leased_until < now() - interval '1 second'
      ) as abandoned
      from runs r where r.id = any($1::uuid[])`,
    values: [runIds],
  });
  return new Map(
    rows.map((row) => [
      row.id,
      { signal: Number(row.signal), told: row.told, abandoned: row.abandoned },
    ]),
  );
}
