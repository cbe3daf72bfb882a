import { Redis } from 'ioredis';
import { setTimeout as sleep } from 'node:timers/promises';
import { createChecks } from '../fault-drill/checks.ts';
import type { Fault } from '../fault-drill/fault.ts';
import { SETTLE_WITHIN_MS } from '../fault-drill/settings.ts';
import { startLoad } from '../kill-drill/load.ts';
import { countDoubledRows, findLostRuns } from '../oracles.ts';
import { judgeGrowth } from './judge-growth.ts';
import { takeSamples } from './samples.ts';

const OPEN_RUNS = 20;
/** The heap of V8 takes some minutes of load to come to its size. */
const WARM_UP_MINUTES = { least: 10, most: 30 };

/** Nothing breaks but time goes by. */
export function createSoak(options: { minutes: number; workers: number }): Fault {
  const { minutes, workers } = options;
  const { least, most } = WARM_UP_MINUTES;
  const warmUpMinutes = Math.min(most, Math.max(minutes / 4, Math.min(least, minutes / 2)));
  return {
    name: 'soak',
    what: `${minutes} minutes of workflows of all kinds of step, of which ${warmUpMinutes.toFixed(1)} warm up`,
    limit: 'memory grows by <= 1 MB an hour, connections stay constant',
    async run({ seed, startBed, defer, progress }) {
      const bed = await startBed({ workers, audit: false });
      const nodes = bed.redisCluster?.nodes.map(({ port }) => new Redis(port)) ?? [
        new Redis(bed.servers.redisUrl),
      ];
      defer(() => nodes.forEach((node) => node.disconnect()));
      const load = await startLoad(
        { api: bed.system.api, simulatorUrl: bed.system.simulator.url },
        { seed, openRuns: OPEN_RUNS },
      );
      const samples = takeSamples(bed, nodes);
      for (let minute = 0; minute < minutes; minute++) {
        progress(`minute ${minute + 1} of ${minutes}, ${load.accepted.length} runs`);
        await sleep(60_000);
      }
      await samples.stop();
      await load.endSubmissions();
      await bed.settle(SETTLE_WITHIN_MS);
      await load.stop();
      const checks = createChecks();
      judgeGrowth(samples, warmUpMinutes / 60, checks);
      const ids = load.accepted.map(({ id }) => id);
      const lost = await findLostRuns(bed.db, ids);
      checks.that(lost.length === 0, `LOST ${lost.length}: ${lost.slice(0, 5).join(', ')}`);
      const doubled = await countDoubledRows(bed.db);
      checks.that(doubled === 0, `DUP ${doubled}`);
      checks.that(load.serverErrors.length === 0, `the API broke: ${load.serverErrors[0]}`);
      checks.note(`${ids.length} runs`);
      return { ...checks.result(), lost: lost.length, dup: doubled };
    },
  };
}
