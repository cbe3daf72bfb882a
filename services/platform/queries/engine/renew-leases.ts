import type { Queryable } from '../../queryable.ts';

export interface HeldLease {
  runId: string;
  epoch: number;
}

/**
 * Prolongs the leases and tells each run's signal. A run that is missing in the answer is lost:
 * cancelled, or taken over. A lease that ran out is still prolonged while nobody took the run.
 * Rows are locked in id order, as commits do, so that the two never deadlock.
 */
export async function renewLeases(
  db: Queryable,
  leases: readonly HeldLease[],
  leaseMs: number,
): Promise<Map<string, number>> {
  const { rows } = await db.query({
    name: 'renew-leases',
    text: `
      with held as (
        select r.id
        from runs r join unnest($1::uuid[], $2::bigint[]) as l(id, epoch) on l.id = r.id and l.epoch = r.epoch
        where r.finished_at is null
        order by r.id
        for no key update of r
      )
      update runs r set leased_until = now() + $3 * interval '1 millisecond'
      from held where r.id = held.id
      returning r.id, r.signal`,
    values: [leases.map((l) => l.runId), leases.map((l) => l.epoch), leaseMs],
  });
  return new Map(rows.map((row) => [row.id, Number(row.signal)]));
}
