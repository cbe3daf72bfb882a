import { AioError } from '@aio/core/errors';
import type { Queryable } from '@aio/platform/postgres/queryable';

/** A database that is unavailable for the next `times` uses of the named query. */
export function failQuery(
  db: Queryable,
  name: string,
  times = 1,
): Queryable & { left(): number; fail(times: number): void } {
  let left = times;
  return {
    left: () => left,
    fail: (next) => void (left = next),
    query(query) {
      if (query.name !== name || left === 0) return db.query(query);
      left--;
      return Promise.reject(
        new AioError('unavailable', 'The database does not respond. Try again.'),
      );
    },
  };
}

/** A database that refuses the named query. */
export function refuseQuery(db: Queryable, name: string): Queryable {
  return {
    query: (query) =>
      query.name === name ? Promise.reject(new RangeError(`refused: ${name}`)) : db.query(query),
  };
}

const COMMITS = new Set(['commit-progress']);

/** A database that refuses commits with this text. */
export function refuseText(db: Queryable, text: string): Queryable {
  return {
    async query(query) {
      const refused =
        COMMITS.has(query.name) && query.values?.some((value) => occursIn(value, text));
      if (!refused) return await db.query(query);
      // Take as long as a real answer, so that the worker continues meanwhile.
      await db.query({ name: 'refused', text: 'select' });
      throw new RangeError(`refused: ${text}`);
    },
  };
}

/** Handles arrays in binary form, too. */
function occursIn(value: unknown, text: string): boolean {
  return (typeof value === 'string' || Buffer.isBuffer(value)) && value.includes(text);
}

/** A database that a worker can reach until `cut` is called. */
export function cutOff(db: Queryable): Queryable & { cut(): Promise<void> } {
  const underWay = new Set<Promise<unknown>>();
  let isCut = false;
  return {
    /** Resolves when open queries have ended. */
    async cut() {
      isCut = true;
      await Promise.allSettled(underWay);
    },
    async query(query) {
      if (isCut) throw new RangeError('cut off');
      const answer = db.query(query);
      underWay.add(answer);
      return await answer.finally(() => underWay.delete(answer));
    },
  };
}

/** Delays the named query until `go` is called. */
export function holdQuery(db: Queryable, name: string) {
  const gate = Promise.withResolvers<void>();
  let reached = false;
  return {
    reached: () => reached,
    go: () => gate.resolve(),
    async query(query: Parameters<Queryable['query']>[0]) {
      if (query.name === name) {
        reached = true;
        await gate.promise;
      }
      return await db.query(query);
    },
  };
}
