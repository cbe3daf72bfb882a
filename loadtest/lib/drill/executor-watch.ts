import type { Pool } from 'pg';
import { startLoop } from '../loop.ts';
import type { Kill } from '../waits.ts';

/** Records when workers executed steps of runs that other workers held. */
export interface ExecutorWatch {
  /** Whether the killed worker did so within 50 ms of the kill. */
  wasExecutingForOthers(kill: Kill): boolean;
  stop(): Promise<void>;
}

const EVERY_MS = 25;

export function watchExecutors(db: Pool): ExecutorWatch {
  const looks: { at: number; pids: ReadonlySet<number> }[] = [];
  const { stop } = startLoop(EVERY_MS, async () => {
    const at = Date.now();
    // A fault may have stopped PostgreSQL.
    const found = await db
      .query<{ pid: number }>(
        `select distinct w.pid from steps s
             join runs r on r.id = s.run_id
             join workers w on w.id = s.worker_id
           where s.status = 'running' and s.lane <> 'default' and s.attempt_ended_at is null
             and r.worker_id <> s.worker_id`,
      )
      .catch(() => null);
    looks.push({ at, pids: new Set(found?.rows.map(({ pid }) => pid)) });
  });
  return {
    wasExecutingForOthers: ({ pid, at }) =>
      looks.some((look) => look.pids.has(pid) && Math.abs(look.at - at.getTime()) <= 2 * EVERY_MS),
    stop,
  };
}
