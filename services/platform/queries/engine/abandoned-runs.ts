import type { Queryable } from '../../queryable.ts';

/**
 * Lets runs be claimed whose worker is gone: their lease has run out. It has a second of grace, since
 * after an outage of the database its holder renews first. Answers how many there were.
 */
export async function offerAbandonedRuns(db: Queryable, limit: number): Promise<number> {
  const { rowCount } = await db.query({
    name: 'offer-abandoned-runs',
    text: `
      with abandoned as (
        select id from runs
        where finished_at is null and status = 'running' and wanted_at is null
          and leased_until < now() - interval '1 second'
        order by id limit $1
        for no key update skip locked
      )
      update runs r set wanted_at = now() from abandoned where r.id = abandoned.id`,
    values: [limit],
  });
  return rowCount ?? 0;
}
