import { AioError } from '@aio/core/errors';
import type { Queryable } from '@aio/platform/queryable';

/** The database as it is, except that the named query finds it away the first `times` times. */
export function failQuery(db: Queryable, name: string, times = 1): Queryable & { left(): number } {
  let left = times;
  return {
    left: () => left,
    query(query) {
      if (query.name !== name || left === 0) return db.query(query);
      left--;
      return Promise.reject(new AioError('unavailable', 'The database is not available.'));
    },
  };
}

/** The database as it is, except that it refuses commits in which this text occurs. */
export function refuseText(db: Queryable, text: string): Queryable {
  return {
    query(query) {
      const refused =
        query.name === 'commit-progress' &&
        query.values?.some((value) => Buffer.isBuffer(value) && value.includes(text));
      return refused ? Promise.reject(new RangeError(`refused: ${text}`)) : db.query(query);
    },
  };
}
