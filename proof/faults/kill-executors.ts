import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'pg';
import { type Drill, SHORT_LEASE, STUCK_LIMIT_MS } from '../drills/kit/drill.ts';
import { startLoop } from '../bed/loop.ts';
import { injectFaults } from '../bed/inject-faults.ts';
import type { Kill } from '../oracles/measure-waits.ts';

const ITEMS = 60;
const OPEN_RUNS = 4;
const LOOK_EVERY_MS = 25;

/** Few slots and wide fan-outs of slow steps make each worker execute steps of all runs, all the time. */
export const killExecutors: Drill = {
  name: 'kill-executors',
  what: "kill -9 workers that execute steps of other workers' runs: wide fan-outs of slow calls on few slots",
  limits:
    'LOST 0, DUP 0, every step recorded once, takeover <= 20 s after a kill, no call without an attempt',
  async run({ checks, full, random, startBed, defer, progress }) {
    const bed = await startBed({
      workers: 3,
      env: { ...SHORT_LEASE, WORKER_KINDS: 'http:6,llm:6' },
    });
    const { api } = bed.system;
    const branches = Array.from({ length: 20 }, (_, index) => `branch_${index}`);
    const workflow = await bed.createWorkflow('wide', {
      map: {
        type: 'map',
        over: Array.from({ length: ITEMS }, (_, index) => index),
        concurrency: ITEMS,
        step: bed.call(`ms=${random.int(100, 300)}`),
      },
      ...Object.fromEntries(branches.map((name) => [name, bed.call(`ms=${random.int(50, 500)}`)])),
      last: { type: 'transform', needs: ['map', ...branches], with: { value: 1 } },
    });
    const kills = full ? 60 : 8;
    const plan = Array.from({ length: kills }, () => ({
      afterMs: random.int(300, 1200),
      fault: 'kill' as const,
      worker: random.int(0, 2),
    }));
    const load = startLoop(100, async () => {
      const open = await api.listOpenRuns({ limit: 50 });
      for (let missing = OPEN_RUNS - open.length; missing > 0; missing--)
        await bed.submit(workflow);
    });
    const watch = watchExecutors(bed.db);
    defer(() => watch.stop());
    await sleep(1000);
    progress(`${kills} kills`);
    await injectFaults(bed, plan);
    await load.stop();
    await bed.settle(120_000);
    await watch.stop();
    const within = bed.kills.filter(watch.wasExecutingForOthers).length;
    checks.note(
      `${within} of ${kills} kills hit a worker with steps of others' runs, ${bed.accepted.length} runs`,
    );
    checks.that(within > 0, "no killed worker executed a step of another worker's run");
    const { rows: unlike } = await bed.db.query<{ id: string; status: string }>(
      `select id, status from runs where status <> 'succeeded'`,
    );
    for (const { id, status } of unlike.slice(0, 5)) checks.that(false, `run ${id} is ${status}`);
    const verdict = await bed.judge();
    // STUCK has no limit, because steps wait for slots under this load. The takeover of lost attempts has one.
    checks.rows(verdict);
    checks.atMost('takeover after', verdict.takeoverMs / 1000, STUCK_LIMIT_MS / 1000, 's');
  },
};

/** Records when workers executed steps of runs that other workers held. */
function watchExecutors(db: Pool) {
  const looks: { at: number; pids: ReadonlySet<number> }[] = [];
  const { stop } = startLoop(LOOK_EVERY_MS, async () => {
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
    /** Whether the killed worker did so within 50 ms of the kill. */
    wasExecutingForOthers: ({ pid, at }: Kill) =>
      looks.some(
        (look) => look.pids.has(pid) && Math.abs(look.at - at.getTime()) <= 2 * LOOK_EVERY_MS,
      ),
    stop,
  };
}
