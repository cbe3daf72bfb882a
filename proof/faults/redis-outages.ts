import { Redis } from 'ioredis';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bed } from '../bed/bed.ts';
import { type Checks, seconds } from '../drills/kit/checks.ts';
import type { Drill } from '../drills/kit/drill.ts';
import { type Pulse, startPulse } from '../bed/pulse.ts';
import { backlogTakenAfter, firstStartAfter } from '../oracles/rows.ts';
import { waitUntil } from '@aio/tools/system/wait-until';

export const redisRestart: Drill = {
  name: 'redis-restart',
  what: 'kill -9 Redis under load, start it again after 5 s (full: also after 60 s)',
  limits: 'submissions 202 throughout; work resumes within 5 s of the restart',
  async run({ checks, full, startBed, progress }) {
    const bed = await startBed();
    const { redis } = bed.servers;
    const pulse = await startPulse(bed, { everyMs: 150 });
    await sleep(1000);
    const outages = full ? [5, 60] : [5];
    for (const downS of outages) {
      progress(`down for ${downS} s`);
      await redis.end('SIGKILL');
      await sleep(downS * 1000);
      await redis.start();
      const back = new Date();
      await sleep(6000);
      await judgeReturn(bed, back, checks);
    }
    await judgeSubmissions(bed, pulse, checks);
    checks.killed(outages.length);
  },
};

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
      await judgeReturn(bed, tookOver, checks);
      await master.start();
      await cluster.untilWhole();
    }
    await judgeSubmissions(bed, pulse, checks);
    checks.killed(keys.length);
  },
};

/** Work goes on, and workers take the backlog, soon after Redis is back. */
async function judgeReturn({ db }: Bed, back: Date, checks: Checks): Promise<void> {
  checks.atMost('work after', (await firstStartAfter(db, back)) / 1000, 5, 's');
  checks.atMost('backlog taken after', (await backlogTakenAfter(db, back)) / 1000, 5, 's');
}

async function judgeSubmissions(bed: Bed, pulse: Pulse, checks: Checks): Promise<void> {
  await pulse.stop();
  await bed.settle();
  const accepted = pulse.statuses.get(202) ?? 0;
  checks.note(`${accepted} submissions, the longest ${seconds(pulse.longestMs())}`);
  pulse.expectOnly202(checks);
  checks.rows(await bed.judge());
}

const ROOM_BYTES = 1024 * 1024;

export const redisFull: Drill = {
  name: 'redis-full',
  what: 'Redis runs out of memory (noeviction) under load, then has room again',
  limits: 'submissions 202 throughout; the backlog drains within 10 s afterwards',
  async run({ checks, full, startBed, defer, progress }) {
    const bed = await startBed();
    const redis = new Redis(bed.servers.redisUrl);
    defer(() => redis.disconnect());
    const pulse = await startPulse(bed, { everyMs: 150 });
    await sleep(1000);
    progress('fills its memory');
    const used = Number(/used_memory:(\d+)/.exec(await redis.info('memory'))?.[1]);
    await redis.config('SET', 'maxmemory', String(used + ROOM_BYTES));
    checks.that(await fill(redis), 'Redis accepted everything and never ran out of memory');
    await sleep(full ? 30_000 : 5000);
    checks.that(await isFull(redis), 'Redis had room again while it should have been full');
    await redis.config('SET', 'maxmemory', '0');
    await redis.del('ballast');
    const roomAgain = new Date();
    progress('drains');
    await pulse.stop();
    await bed.settle();
    checks.atMost('drained after', (await backlogTakenAfter(bed.db, roomAgain)) / 1000, 10, 's');
    checks.note(`${pulse.statuses.get(202)} submissions`);
    pulse.expectOnly202(checks);
    checks.rows(await bed.judge());
  },
};

/** @returns whether Redis ran out of memory */
async function fill(redis: Redis): Promise<boolean> {
  const piece = 'x'.repeat(ROOM_BYTES / 64);
  for (let pieces = 0; pieces < 1024; pieces++) {
    try {
      await redis.append('ballast', piece);
    } catch (error) {
      return String(error).includes('OOM');
    }
  }
  return false;
}

async function isFull(redis: Redis): Promise<boolean> {
  const answer = await redis.append('ballast', 'x'.repeat(ROOM_BYTES)).catch(String);
  return String(answer).includes('OOM');
}
