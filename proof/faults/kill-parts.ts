import { setTimeout as sleep } from 'node:timers/promises';
import type { Drill } from '../drills/kit/drill.ts';
import { startPulse } from '../bed/pulse.ts';
import type { OwnServer } from '@aio/tools/system/own-servers';
import type { SystemProcess } from '@aio/tools/system/system-process';

const AWAY_MS = 3000;
const BEAT_MS = 50;
/** The most requests that this pulse has open at once. */
const OPEN_REQUESTS = 8;

export const killParts: Drill = {
  name: 'kill-parts',
  what: 'kill -9 each part of the scaled-out topology in turn, under load: a worker, an API, the replica, the pooler, the proxy',
  limits:
    'LOST 0, DUP 0; a killed worker or replica costs no request, an API its open requests, the pooler 503s, the proxy its connections',
  async run({ checks, full, startBed, progress }) {
    const bed = await startBed();
    const { scaled } = bed;
    const { workers, apis, proxy } = bed.system;
    if (scaled === null || proxy === null)
      throw new Error('This drill needs the scaled-out topology.');
    const pulse = await startPulse(bed, { everyMs: BEAT_MS });

    /**
     * Kills the part and starts it again. An answer that is neither 202 nor expected is a miss.
     * @returns number of answers other than 202
     */
    async function kill(
      name: string,
      part: { kill(): Promise<unknown>; start(): Promise<unknown> },
      expected: readonly (number | 'none')[],
    ): Promise<number> {
      progress(`kills ${name}`);
      pulse.forget();
      await part.kill();
      await sleep(AWAY_MS);
      await part.start();
      // The proxy, the pooler and all pools need time to find the part again.
      await sleep(AWAY_MS);
      const others = [...pulse.statuses].filter(([status]) => status !== 202);
      checks.that(
        others.every(([status]) => expected.includes(status)),
        `${name}: answers ${JSON.stringify([...pulse.statuses])}`,
      );
      return others.reduce((sum, [, count]) => sum + count, 0);
    }
    const processOf = (one: SystemProcess) => ({
      kill: () => one.signal('SIGKILL'),
      start: () => one.restart(),
    });
    const serverOf = (one: OwnServer) => ({
      kill: () => one.end('SIGKILL'),
      start: () => one.start(),
    });

    const rounds = full ? 5 : 1;
    for (let round = 0; round < rounds; round++) {
      const worker = workers[round % workers.length]!;
      const api = apis[round % apis.length]!;
      await kill(worker.name, { ...processOf(worker), kill: () => bed.kill(worker) }, []);
      const lost = await kill(api.name, processOf(api), ['none', 502]);
      checks.atMost('requests lost with an API', lost, OPEN_REQUESTS);
      await kill('the replica', serverOf(scaled.replica), []);
      await kill('the pooler', serverOf(scaled.pooler), [503]);
      await kill('the proxy', processOf(proxy), ['none', 502, 503]);
    }
    pulse.forget();
    await sleep(1000);
    pulse.expectOnly202(checks, 'answers afterwards');
    await pulse.stop();
    await bed.settle();
    checks.note(`${bed.accepted.length} runs`);
    checks.rows(await bed.judge());
    // The bed counts the worker.
    checks.killed(4 * rounds);
  },
};
