import { Redis } from 'ioredis';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Drill } from '../../lib/drill/drill.ts';
import { startPulse } from '../../lib/drill/pulse.ts';
import { backlogTakenAfter } from '../../lib/drill/rows.ts';

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
