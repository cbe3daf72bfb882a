import { setTimeout as sleep } from 'node:timers/promises';
import { watchExecutors } from '../../lib/drill/executor-watch.ts';
import type { Drill } from '../../lib/drill/drill.ts';
import { SETTLE_WITHIN_MS, SHORT_LEASE, STUCK_LIMIT_MS } from '../../lib/drill/settings.ts';
import { startLoop } from '../../lib/loop.ts';
import { injectFaults } from '../../lib/drill/inject-faults.ts';

const ITEMS = 60;
const OPEN_RUNS = 4;

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
    const { simulator, api } = bed.system;
    const url = (ms: number) => `${simulator.url}/work?ms=${ms}`;
    const branches = Array.from({ length: 20 }, (_, index) => `branch_${index}`);
    const workflow = await bed.createWorkflow('wide', {
      map: {
        type: 'map',
        over: Array.from({ length: ITEMS }, (_, index) => index),
        concurrency: ITEMS,
        step: { type: 'http', with: { url: url(random.int(100, 300)) } },
      },
      ...Object.fromEntries(
        branches.map((name) => [name, { type: 'http', with: { url: url(random.int(50, 500)) } }]),
      ),
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
    const log = await injectFaults(plan, bed);
    bed.kills.push(...log.kills);
    await load.stop();
    await bed.settle(2 * SETTLE_WITHIN_MS);
    await watch.stop();
    const within = log.kills.filter(watch.wasExecutingForOthers).length;
    checks.note(
      `${within} of ${kills} kills hit a worker with steps of others' runs, ${bed.accepted.length} runs`,
    );
    checks.that(within > 0, "no killed worker executed a step of another worker's run");
    const { rows: unlike } = await bed.db.query<{ id: string; status: string }>(
      `select id, status from runs where status <> 'succeeded'`,
    );
    for (const { id, status } of unlike.slice(0, 5)) checks.that(false, `run ${id} is ${status}`);
    const verdict = await bed.judge();
    // STUCK has no limit, because steps wait for slots under this load. What counts is the takeover of lost attempts.
    checks.rows(verdict);
    checks.atMost('takeover after', verdict.takeoverMs / 1000, STUCK_LIMIT_MS / 1000, 's');
    checks.killed(kills);
  },
};
