import type { Bed } from '../bed/bed.ts';
import type { Drill } from '../drills/kit/drill.ts';
import { peakMemoryMb } from '../bed/memory.ts';
import { countRows } from '../oracles/rows.ts';
import { waitUntil } from '@aio/tools/system/wait-until';

const MEMORY_LIMIT_MB = 512;
const LEAST_RATE = 0.9;
/** Another program may slow down one of the two rates, so the best of a few tries counts. */
const TRIES = 5;
const DRAIN_WITHIN_MS = 300_000;

/**
 * Asks whether the second half of a backlog drains as fast as the first. Everything starts just before each half,
 * because PostgreSQL logs whole pages and workers run uncompiled code after a restart.
 */
export const backlogRestart: Drill = {
  name: 'backlog-restart',
  what: 'queues 10,000 runs (short: 3,000); halfway, stops APIs, workers, Redis and PostgreSQL and starts them again',
  limits: 'LOST 0; >= 90 % of the earlier rate; < 512 MB per process',
  alone: true,
  async run({ checks, full, startBed, progress }) {
    const runs = full ? 10_000 : 3000;
    const bed = await startBed({ audit: false });
    const { workers, apis, simulator } = bed.system;
    const processes = [...workers, ...apis];
    const stopAll = async () => {
      await Promise.all(processes.map((process) => process.signal('SIGTERM')));
      await Promise.all([bed.servers.redis.end(), bed.servers.postgres.end()]);
    };
    const startAll = async () => {
      await Promise.all([bed.servers.redis.start(), bed.servers.postgres.start()]);
      await Promise.all(apis.map((api) => api.restart()));
      await Promise.all(workers.map((worker) => worker.restart()));
    };
    const workflow = await bed.createWorkflow('backlog', {
      first: { type: 'transform', with: { value: 1 } },
      call: { type: 'http', needs: ['first'], with: { url: `${simulator.url}/work` } },
      last: { type: 'transform', needs: ['call'], with: { value: 2 } },
    });
    const ratios: number[] = [];
    let peakMb = 0;
    const takePeak = () =>
      (peakMb = Math.max(peakMb, ...processes.map(({ pid }) => peakMemoryMb(pid))));
    for (let attempt = 1; attempt <= TRIES && !(Math.max(...ratios) >= LEAST_RATE); attempt++) {
      await Promise.all(workers.map((worker) => worker.signal('SIGTERM')));
      progress(`queues ${runs} runs`);
      await bed.submitMany(workflow, runs);
      await stopAll();
      progress('drains the first half');
      const begunAt = new Date();
      await startAll();
      await waitUntil('half is finished', DRAIN_WITHIN_MS, async () => {
        return (await countRows(bed.db, 'runs where finished_at is null')) <= runs / 2;
      });
      takePeak();
      progress('stops everything');
      await stopAll();
      const stoppedAt = new Date();
      progress('drains the second half');
      await startAll();
      await bed.settle(DRAIN_WITHIN_MS);
      takePeak();
      const earlier = await measureRate(bed, begunAt, stoppedAt);
      const later = await measureRate(bed, stoppedAt, new Date());
      ratios.push(later / earlier);
      checks.note(`${Math.round(earlier)} runs a second, then ${Math.round(later)}`);
    }
    checks.atLeast('rate', Math.max(...ratios), LEAST_RATE, 'share');
    checks.atMost('memory of a process', peakMb, MEMORY_LIMIT_MB, 'MB');
    checks.rows(await bed.judge(), { fx: 2 });
  },
};

/** Finished runs per second, without the first and the last tenth of the runs in that time. */
async function measureRate(bed: Bed, from: Date, to: Date): Promise<number> {
  const { rows } = await bed.db.query<{ rate: number | null }>(
    `select 0.8 * count(*) / nullif(extract(epoch from
       percentile_disc(0.9) within group (order by finished_at)
       - percentile_disc(0.1) within group (order by finished_at)), 0)::float8 as rate
     from runs where finished_at between $1 and $2`,
    [from, to],
  );
  return rows[0]?.rate ?? Number.NaN;
}
