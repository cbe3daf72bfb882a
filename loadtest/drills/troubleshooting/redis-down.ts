import { setTimeout as sleep } from 'node:timers/promises';
import { median } from '../../lib/median.ts';
import { ask, tell } from '../../lib/trouble-drill/ask.ts';
import { type Stand, type Trouble, WORK } from '../../lib/trouble-drill/row.ts';

export const redisDown: Trouble = {
  name: 'redis-down',
  symptom: 'workers seem idle: runs start late, pages cannot log in',
  cause: 'Redis is away: no wake-ups, no sessions',
  cure: 'start it; nothing else, what waits was never in it',
  async tryOut(stand) {
    const { bed, see, seeLog, metric, well, checks } = stand;
    const { redis } = bed.servers;
    await startOf(stand, 1);
    const usual = await startOf(stand, 5);
    await redis.end('SIGKILL');
    await see('/ready', '/ready', '503');
    await see('/ready?require=database', '/ready?require=database', '200');
    const [worker] = bed.system.workers;
    const ready = await ask(new URL('/ready', worker!.metricsUrl).href);
    checks.that(ready.status === 503, `the worker's /ready: ${tell(ready)}`);
    const late = await startOf(stand, 5);
    checks.note(`runs start after ${Math.round(late)} ms instead of ${Math.round(usual)}`);
    checks.that(late > usual, 'runs start as soon as ever');
    const up = await metric(worker!.metricsUrl, 'aio_dependency_up', 'dependency="redis"');
    checks.that(up === 0, `aio_dependency_up of Redis is ${up}`);
    await seeLog('worker-1', /Redis/i);
    await redis.start();
    await well('/ready', '200');
    await sleep(1000);
    const again = await startOf(stand, 5);
    checks.that(
      again < late,
      `runs start after ${Math.round(again)} ms, no sooner than without Redis`,
    );
  },
};

/** How long a run waits until its first step starts, by the database's clock, in ms. */
async function startOf({ bed }: Stand, runs: number): Promise<number> {
  const ids: string[] = [];
  for (let index = 0; index < runs; index++) {
    ids.push(await bed.submit(WORK));
    await bed.system.api.waitForRun(ids[index]!);
  }
  const { rows } = await bed.db.query<{ ms: number }>(
    `select extract(epoch from started_at - created_at)::float8 * 1000 as ms
     from runs where id = any($1)`,
    [ids],
  );
  return median(rows.map(({ ms }) => ms));
}
