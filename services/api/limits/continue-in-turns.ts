import type { Queryable } from '@aio/platform/postgres/queryable';
import type { Slices } from '@aio/platform/postgres/slices';

/**
 * The same database, whose callers go on only if this turn of the event loop has time: many results that arrive together
 * would hold it otherwise. A transaction, which holds rows, goes on at once.
 */
export function continueInTurns<Db extends Queryable>(db: Db, slices: Pick<Slices, 'perform'>): Db {
  return {
    ...db,
    async query(query) {
      const result = await db.query(query);
      return slices.perform(query, () => result);
    },
  };
}
