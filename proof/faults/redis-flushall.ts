import { Redis } from 'ioredis';
import type { Drill } from '../drills/kit/drill.ts';
import { countRows, waitForHolds } from '../oracles/rows.ts';
import { waitUntil } from '@aio/tools/system/wait-until';

const QUEUED = 500;
const PARKED = 500;
const RUNNING = 20;

/** Half of the waiting runs are queued behind the 20, half sleep until after the FLUSHALL. */
export const redisFlushall: Drill = {
  name: 'redis-flushall',
  what: 'FLUSHALL while 1,000 runs wait (500 queued, 500 in a delay) and 20 run',
  limits: 'every run continues within 15 s',
  async run({ checks, startBed, progress }) {
    const bed = await startBed({ env: { WORKER_MAX_RUNS: String(RUNNING / 2) } });
    const { simulator } = bed.system;
    const parked = await bed.createWorkflow('parked', {
      sleep: { type: 'delay', with: { duration: '8s' } },
      woken: { type: 'transform', needs: ['sleep'], with: { value: 1 } },
    });
    const held = await bed.createWorkflow('held', {
      call: { ...bed.call('hold=held'), timeout: '5m' },
    });
    const queued = await bed.createWorkflow('queued', {
      only: { type: 'transform', with: { value: 1 } },
    });
    // On a slow machine, the first sleepers wake before the last ones sleep.
    const parkedSteps = `steps where step = 'sleep' and status in ('waiting', 'succeeded')`;

    progress('fills up');
    await bed.submitMany(parked, PARKED);
    await waitUntil('all sleepers wait', 20_000, async () => {
      return (await countRows(bed.db, parkedSteps)) === PARKED;
    });
    await bed.submitMany(held, RUNNING);
    await waitForHolds(bed, 'held', RUNNING, 20_000);
    await bed.submitMany(queued, QUEUED);

    progress('FLUSHALL');
    const redis = new Redis(bed.servers.redisUrl);
    const { rows } = await bed.db.query<{ stillAsleep: boolean }>(
      `select min(due_at) > now() as "stillAsleep" from steps where status = 'waiting'`,
    );
    await redis.flushall();
    const flushedAt = new Date();
    redis.disconnect();
    await simulator.release('held');
    await bed.settle();

    const { rows: woken } = await bed.db.query<{ ms: number | null }>(
      `select extract(epoch from max(started_at) - $1::timestamptz)::float8 * 1000 as ms
       from steps where status = 'succeeded'`,
      [flushedAt],
    );
    checks.note(
      rows[0]?.stillAsleep ? 'all delays ended after the FLUSHALL' : 'some delays were over before',
    );
    checks.atMost('all continued after', (woken[0]?.ms ?? Number.NaN) / 1000, 15, 's');
    checks.rows(await bed.judge());
  },
};
