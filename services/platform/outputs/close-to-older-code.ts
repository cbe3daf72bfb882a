import { LEASE_END } from '../queries/engine/leases.ts';
import type { Queryable } from '../queryable.ts';

/** From this migration on, code reads outputs of the output store. Older code reads them as null. */
const READS_STORE_FROM = 34;

/**
 * Makes processes of older code refuse to start, unless a worker of older code is alive.
 * @returns false = such a worker is alive: do not store outputs yet
 */
export async function closeToOlderCode(db: Queryable): Promise<boolean> {
  const { rows } = await db.query({
    name: 'close-to-older-code',
    text: `
      with older as (
        select from workers w where not reads_store and ${LEASE_END} > now()
      ), closed as (
        update migrations set works_from = version
        where version = $1 and works_from is distinct from version and not exists (select from older)
      )
      select not exists (select from older) as "isClosed"`,
    values: [READS_STORE_FROM],
  });
  return rows[0].isClosed;
}
