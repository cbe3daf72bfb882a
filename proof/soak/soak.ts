import { Redis } from 'ioredis';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Drill } from '../drills/kit/drill.ts';
import { startLoad } from '../bed/mixed-load.ts';
import { countDoubledRows, findLostRuns } from '../oracles/oracles.ts';
import { judgeGrowth } from './growth.ts';
import { takeSamples } from './samples.ts';

const OPEN_RUNS = 20;
/** V8's heap needs some minutes of load to reach its size. */
const WARM_UP_MINUTES = { least: 10, most: 30 };
/** Few, because a sample takes a heap profile, which needs memory itself. */
const SAMPLES = 60;

/** Puts a load on the system for a long time and breaks nothing. */
export function createSoak({ minutes, workers }: { minutes: number; workers: number }): Drill {
  const { least, most } = WARM_UP_MINUTES;
  const warmUpMinutes = Math.min(most, Math.max(minutes / 4, Math.min(least, minutes / 2)));
  return {
    name: 'soak',
    what: `${minutes} minutes of workflows with all kinds of steps; the first ${warmUpMinutes.toFixed(1)} warm up`,
    limits:
      'the heap grows by <= 1 MB an hour, resident memory levels off, connections stay constant',
    async run({ seed, checks, startBed, defer, progress }) {
      const bed = await startBed({ workers, audit: false });
      const nodes = bed.redisCluster?.nodes.map(({ port }) => new Redis(port)) ?? [
        new Redis(bed.servers.redisUrl),
      ];
      defer(() => nodes.forEach((node) => node.disconnect()));
      const load = await startLoad(bed, { seed, openRuns: OPEN_RUNS });
      const samples = takeSamples(bed, nodes, (minutes * 60_000) / SAMPLES);
      for (let minute = 0; minute < minutes; minute++) {
        progress(`minute ${minute + 1} of ${minutes}, ${bed.accepted.length} runs`);
        await sleep(60_000);
      }
      await samples.stop();
      await load.endSubmissions();
      await bed.settle();
      await load.stop();
      const ids = bed.accepted.map(({ id }) => id);
      const lost = await findLostRuns(bed.db, ids);
      checks.atMost('LOST', lost.length, 0);
      for (const id of lost.slice(0, 5)) checks.that(false, `lost: run ${id}`);
      checks.atMost('DUP', await countDoubledRows(bed.db), 0);
      judgeGrowth(samples, warmUpMinutes / 60, checks);
      checks.that(bed.serverErrors.length === 0, `API error: ${bed.serverErrors[0]}`);
      checks.note(`${ids.length} runs`);
    },
  };
}
