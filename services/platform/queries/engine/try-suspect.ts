import type { Queryable } from '../../queryable.ts';
import type { HeldLease } from './renew-leases.ts';

/**
 * Counts the trial of a run that may have killed its workers, before it begins: a worker that dies of it cannot. Its
 * next commit, or its being parked, takes the count back. Prolongs the lease; false = it is somebody else's.
 */
export async function trySuspect(
  db: Queryable,
  { runId, epoch, leaseMs }: HeldLease & { leaseMs: number },
): Promise<boolean> {
  const { rowCount } = await db.query({
    name: 'try-suspect',
    text: `
      update runs set
        fruitless_takeovers = fruitless_takeovers + 1,
        leased_until = now() + $3 * interval '1 millisecond'
      where id = $1 and epoch = $2 and finished_at is null`,
    values: [runId, epoch, leaseMs],
  });
  return rowCount === 1;
}
