import { spawnSync } from 'node:child_process';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Drill } from '../drills/kit/drill.ts';
import { SkipDrill } from '../drills/kit/errors.ts';
import { startPulse } from '../bed/pulse.ts';
import { watchReadiness } from '../bed/probes.ts';

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
      const folder = makeFolder(`disk-${under}`);
      const disk = mountSmallDisk(folder, MEGABYTES[under]);
      defer(() => disk.unmount());
      const bed = await startBed(
        under === 'postgres'
          ? { postgresDir: folder, postgresSettings: SMALL_LOG }
          : { redisDir: folder },
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
      const server = bed.servers[under];
      // As an operator would.
      if (!server.isAlive()) await server.start();
      const freedAt = performance.now();
      await sleep(3000);
      await pulse.stop();
      await bed.settle();
      await watch.stop();
      checks.atMost('200 after', watch.firstReady(200, freedAt) / 1000, 10, 's');
      for (const flaw of watch.unhealthy.slice(0, 3)) checks.that(false, flaw);
      const refused = pulse.statuses.get(503) ?? 0;
      checks.note(`${pulse.statuses.get(202)} submissions accepted, ${refused} answered 503`);
      checks.that(under === 'postgres' || refused === 0, 'the API refused a submission');
      checks.rows(await bed.judge());
    },
  };
}

const PIECE = Buffer.alloc(256 * 1024);

/**
 * A disk of a few megabytes that the drill can fill.
 * @throws SkipDrill if this user may not mount a tmpfs
 */
function mountSmallDisk(folder: string, megabytes: number) {
  const options = ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=755`, 'tmpfs', folder];
  const mounted = spawnSync('mount', options, { encoding: 'utf8' });
  if (mounted.status !== 0) {
    const why = mounted.stderr?.trim() || mounted.error?.message || 'mount failed';
    throw new SkipDrill(`a small disk needs the right to mount a tmpfs (${why})`);
  }
  const ballast = join(folder, 'ballast');
  return {
    fill(): void {
      const file = openSync(ballast, 'a');
      try {
        // Fill the last pages and bytes, too: a server can go on for a while with one free page.
        for (const size of [PIECE.length, 4096, 1]) writeAll(file, PIECE.subarray(0, size));
      } finally {
        closeSync(file);
      }
    },
    free: () => rmSync(ballast, { force: true }),
    unmount: () => void spawnSync('umount', ['--lazy', folder]),
  };
}

/** Writes the piece until the disk has no room for it. */
function writeAll(file: number, piece: Buffer): void {
  for (;;) {
    try {
      if (writeSync(file, piece) < piece.length) return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return;
      throw error;
    }
  }
}
