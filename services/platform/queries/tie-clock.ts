import type { DatabaseClock } from '../postgres/database-clock.ts';
import type { Queryable } from '../postgres/queryable.ts';

/** More than one, because the first one also opens the connection. */
const ROUND_TRIPS = 3;

/** Ties the clock to the database's. Call it before you use the clock. @throws AioError `unavailable` */
export async function tieClock(db: Queryable, clock: DatabaseClock): Promise<void> {
  for (let trip = 0; trip < ROUND_TRIPS; trip++) {
    const sentAt = performance.now();
    const { rows } = await db.query({
      name: 'read-clock',
      text: 'select extract(epoch from now())::float8 * 1000 as now_ms',
    });
    clock.learn(rows[0].now_ms, sentAt, performance.now());
  }
}
