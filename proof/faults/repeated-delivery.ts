import { type JobType, Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Drill, STUCK_LIMIT_MS } from '../drills/kit/drill.ts';
import { startLoad } from '../bed/mixed-load.ts';
import { startLoop } from '../bed/loop.ts';
import type { Random } from '@aio/loadtest/workflows/random';

const COPIES = 9;
const LOOK_EVERY_MS = 20;
/** Old jobs arrive again, too, as after a restored backup. */
const REMEMBERED = 500;
const STATES: JobType[] = ['waiting', 'active', 'delayed', 'prioritized'];

export const repeatedDelivery: Drill = {
  name: 'repeated-delivery',
  what: 'delivers every job and message ten times, old ones too, in random order, under a load with all kinds of steps',
  limits: 'DUP 0, every step once',
  async run({ checks, full, seed, random, startBed, defer, progress }) {
    const bed = await startBed();
    const postman = await startPostman(bed.servers.redisUrl, random.fork());
    defer(() => postman.stop());
    progress('delivers');
    const load = await startLoad(bed, { seed, openRuns: 15 });
    await sleep(full ? 60_000 : 8000);
    await load.endSubmissions();
    await bed.settle();
    await load.stop();
    checks.note(`${postman.seen} messages seen, ${postman.delivered} extra deliveries`);
    checks.that(
      postman.seen > 0 && postman.delivered > 100,
      'too few messages were delivered again',
    );
    checks.rows(await bed.judge(), { stuckMs: STUCK_LIMIT_MS });
  },
};

/** Copies every job and message of Redis in random order, without knowing queue names or meanings. */
async function startPostman(redisUrl: string, random: Random) {
  const redis = new Redis(redisUrl, { maxRetriesPerRequest: null });
  const subscriber = redis.duplicate();
  const queues = new Map<string, Queue>();
  const seen = new Map<string, { queue: Queue; name: string; data: unknown }>();
  /** Our own copies, which we receive again: copying them would never end. */
  const own = new Map<string, number>();
  let delivered = 0;
  let working = true;

  async function findQueues(): Promise<void> {
    for await (const keys of redis.scanStream({ match: '*:meta', count: 1000 }))
      for (const key of keys as string[]) {
        const [, prefix, name] = /^(.*):([^:]+):meta$/.exec(key) ?? [];
        if (prefix === undefined || name === undefined || queues.has(key)) continue;
        queues.set(key, new Queue(name, { connection: redis, prefix }));
      }
  }

  async function collect(): Promise<void> {
    for (const queue of queues.values())
      for (const job of await queue.getJobs(STATES, 0, 200)) {
        if (!job?.id || job.id.startsWith('again-')) continue;
        seen.set(`${queue.name} ${job.id}`, { queue, name: job.name, data: job.data });
        const [oldest] = seen.keys();
        if (seen.size > REMEMBERED && oldest !== undefined) seen.delete(oldest);
      }
  }

  async function deliver(): Promise<void> {
    const letters = [...seen.values()];
    for (let index = 0; index < Math.min(letters.length, 20) * COPIES; index++) {
      const { queue, name, data } = random.pick(letters);
      delivered += 1;
      const jobId = `again-${delivered}`;
      await queue.add(name, data, { jobId, removeOnComplete: true, removeOnFail: true });
    }
  }

  // Publishes each message again, except our own copies.
  await subscriber.psubscribe('*');
  subscriber.on('pmessage', (_pattern, channel: string, message: string) => {
    const mark = `${channel} ${message}`;
    const copies = own.get(mark) ?? 0;
    if (copies > 0) return void own.set(mark, copies - 1);
    void (async () => {
      for (let copy = 0; copy < COPIES && working; copy++) {
        await sleep(random.int(0, 400));
        own.set(mark, (own.get(mark) ?? 0) + 1);
        delivered += 1;
        await redis.publish(channel, message).catch(() => 0);
      }
    })();
  });

  const rounds = startLoop(LOOK_EVERY_MS, async () => {
    await findQueues();
    await collect();
    await deliver();
  });

  return {
    get seen() {
      return seen.size;
    },
    get delivered() {
      return delivered;
    },
    async stop() {
      working = false;
      await rounds.stop();
      subscriber.disconnect();
      redis.disconnect();
    },
  };
}
