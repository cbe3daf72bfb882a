import { setTimeout as sleep } from 'node:timers/promises';
import { seconds } from '../../lib/drill/checks.ts';
import type { Drill } from '../../lib/drill/drill.ts';
import { startPulse } from '../../lib/drill/pulse.ts';
import { backlogTakenAfter, firstStartAfter } from '../../lib/drill/rows.ts';
import { waitUntil } from '../../lib/wait-until.ts';

/** One key of each queue that the load uses. They may be on different masters. */
const RUNS = '{aio-runs}:runs:meta';
const STEPS = '{aio-steps-http}:steps-http:meta';

export const redisClusterMaster: Drill = {
  name: 'redis-cluster-master',
  what: 'kill -9 the Redis Cluster master with the queue of runs (full: then of http steps, then of runs again), under load; each returns as a replica',
  limits: "submissions 202 throughout; work resumes within 5 s of the replica's takeover",
  async run({ checks, full, startBed, progress }) {
    const bed = await startBed({ redisCluster: true });
    const cluster = bed.redisCluster!;
    const pulse = await startPulse(bed, { everyMs: 150 });
    await sleep(1000);
    const keys = full ? [RUNS, STEPS, RUNS] : [RUNS];
    for (const key of keys) {
      const master = await cluster.masterOf(key);
      if (master === undefined) throw new Error(`no master holds ${key}`);
      progress(`kills the master of ${key}`);
      const killedAt = performance.now();
      await master.kill();
      await waitUntil('a replica takes over', 30_000, async () => {
        const next = await cluster.masterOf(key);
        return next !== undefined && next !== master;
      });
      const tookOver = new Date();
      checks.note(`a replica took over after ${seconds(performance.now() - killedAt)}`);
      await sleep(6000);
      checks.atMost('work after', (await firstStartAfter(bed.db, tookOver)) / 1000, 5, 's');
      checks.atMost(
        'backlog taken after',
        (await backlogTakenAfter(bed.db, tookOver)) / 1000,
        5,
        's',
      );
      await master.start();
      await cluster.untilWhole();
    }
    await pulse.stop();
    await bed.settle();
    const accepted = pulse.statuses.get(202) ?? 0;
    checks.note(`${accepted} submissions, the longest ${seconds(pulse.longestMs())}`);
    pulse.expectOnly202(checks);
    checks.rows(await bed.judge());
    checks.killed(keys.length);
  },
};
