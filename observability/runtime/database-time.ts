import { AsyncLocalStorage } from 'node:async_hooks';

/** Total time of queries. Concurrent queries count each. */
export interface DatabaseTime {
  ms: number;
}

const current = new AsyncLocalStorage<DatabaseTime>();

/** Runs `work` and adds the time of its queries to `time`. */
export function countDatabaseTime<T>(time: DatabaseTime, work: () => T): T {
  return current.run(time, work);
}

/** Counter for a query that starts now; undefined outside `countDatabaseTime`. */
export function currentDatabaseTime(): DatabaseTime | undefined {
  return current.getStore();
}
