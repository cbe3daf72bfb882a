import { setTimeout as sleep } from 'node:timers/promises';
import { median } from '../../lib/median.ts';
import { ask, tell } from '../../lib/trouble-drill/ask.ts';
import { type Stand, type Trouble, WORK } from '../../lib/trouble-drill/row.ts';

const RUNS = 10;

export const redisDown: Trouble = {
  name: 'redis-down',
  symptom: 'workers seem idle: runs start late, pages cannot log in',
  cause: 'Redis is away: no wake-ups, no sessions',
  cure: 'start it; nothing else, what waits was never in it',
  async tryOut(stand) {
    const { bed, see, seeLog, metric, well, checks } = stand;
    const { redis } = bed.servers;
    const { workers } = bed.system;
    /** Of some runs, how many a worker found by looking at the clock, and when the first step started. */
    const watch = async () => {
      const finds = async () => {
        const all = workers.map(({ metricsUrl }) =>
          metric(metricsUrl, 'aio_reconciler_finds_total'),
        );
        return (await Promise.all(all)).reduce((sum, one) => sum + one, 0);
      };
      const before = await finds();
      const ms = await startOf(stand, RUNS);
      return { ms: Math.round(ms), found: (await finds()) - before };
    };
    await startOf(stand, 1);
    const usual = await watch();
    await redis.end('SIGKILL');
    await see('/ready', '/ready', '503');
    await see('/ready?require=database', '/ready?require=database', '200');
    await see('GET /auth/login', '/auth/login', '503 unavailable');
    const [worker] = workers;
    const ready = await ask(new URL('/ready', worker!.metricsUrl).href);
    checks.that(ready.status === 503, `the worker's /ready: ${tell(ready)}`);
    const late = await watch();
    checks.note(`runs start after ${late.ms} ms instead of ${usual.ms}`);
    checks.that(late.found >= RUNS, `${late.found} of ${RUNS} runs were found by the clock`);
    const up = await metric(worker!.metricsUrl, 'aio_dependency_up', 'dependency="redis"');
    checks.that(up === 0, `aio_dependency_up of Redis is ${up}`);
    await seeLog('api', /Redis is away/);
    await seeLog('worker-1', /Redis is away/);
    await redis.start();
    await well('/ready', '200');
    await sleep(1000);
    const again = await watch();
    checks.that(again.found < RUNS, 'no wake-up came after Redis was back');
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
