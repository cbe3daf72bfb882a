import { setTimeout as sleep } from 'node:timers/promises';
import type { Bed } from '../../lib/drill/bed.ts';
import type { Drill } from '../../lib/drill/drill.ts';
import { startPulse } from '../../lib/drill/pulse.ts';
import { watchReadiness } from '../../lib/drill/readiness.ts';
import { SETTLE_WITHIN_MS } from '../../lib/drill/settings.ts';
import { mountSmallDisk } from '../../lib/drill/small-disk.ts';

/** Space for a new server and some minutes of load. */
const MEGABYTES = { postgres: 192, redis: 32 };
/** PostgreSQL keeps few log segments in reserve, so it soon needs space. */
const SMALL_LOG = { min_wal_size: '32MB', max_wal_size: '48MB' };

export const FULL_DISKS: readonly Drill[] = [fillDisk('postgres'), fillDisk('redis')];

function fillDisk(under: 'postgres' | 'redis'): Drill {
  return {
    name: `full-disk-${under}`,
    what: `the disk under ${under} is full for 30 s (short: 8 s), under load`,
    limits: `LOST 0; /ready 503 within 10 s; ${under === 'redis' ? 'submissions 202' : 'clients get no error but 503'}`,
    async run({ checks, full, makeFolder, startBed, defer, progress }) {
      const disk = mountSmallDisk(makeFolder(`disk-${under}`), MEGABYTES[under]);
      defer(() => disk.unmount());
      const bed = await startBed(
        under === 'postgres'
          ? { postgresDir: disk.folder, postgresSettings: SMALL_LOG }
          : { redisDir: disk.folder },
      );
      const pulse = await startPulse(bed, { everyMs: 100 });
      const watch = watchReadiness(bed.system.apiUrl);
      await sleep(2000);
      progress('fills the disk');
      disk.fill();
      const fullAt = performance.now();
      await sleep(full ? 30_000 : 8000);
      checks.atMost('/ready 503 after', watch.firstReady(503, fullAt) / 1000, 10, 's');
      progress('frees the disk');
      disk.free();
      await reviveServer(bed, under);
      const freedAt = performance.now();
      await sleep(3000);
      await pulse.stop();
      await bed.settle(SETTLE_WITHIN_MS);
      await watch.stop();
      checks.atMost('200 after', watch.firstReady(200, freedAt) / 1000, 10, 's');
      for (const flaw of watch.unhealthy.slice(0, 3)) checks.that(false, flaw);
      const refused = pulse.statuses.get(503) ?? 0;
      checks.note(`${pulse.statuses.get(202)} submissions accepted, ${refused} answered 503`);
      checks.that(under === 'postgres' || refused === 0, 'the API refused a submission');
      checks.rows(await bed.judge({ serverErrors: pulse.faulty }));
    },
  };
}

/** Restarts the server if it has ended, as an operator would. */
async function reviveServer(bed: Bed, under: 'postgres' | 'redis'): Promise<void> {
  const server = bed.servers[under];
  if (server.isAlive()) return;
  await server.start();
}
