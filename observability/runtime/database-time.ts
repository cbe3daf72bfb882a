import { AsyncLocalStorage } from 'node:async_hooks';

/** How long queries took together; those that ran at once count each. */
export interface DatabaseTime {
  ms: number;
}

const current = new AsyncLocalStorage<DatabaseTime>();

/** Runs `work`, and counts in `time` how long its queries take. */
export function countDatabaseTime<T>(time: DatabaseTime, work: () => T): T {
  return current.run(time, work);
}

/** Where the time of a query that begins now is counted; undefined = nobody asks. */
export function currentDatabaseTime(): DatabaseTime | undefined {
  return current.getStore();
}
