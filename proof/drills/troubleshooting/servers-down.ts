import { setTimeout as sleep } from 'node:timers/promises';
import { seconds } from '../kit/checks.ts';
import { countRows } from '../../oracles/rows.ts';
import { readMetric, sumMetric } from '@aio/tools/system/read-metric';
import { type Stand, WORK, troubleDrill } from './trouble.ts';

export const databaseDown = troubleDrill({
  name: 'database-down',
  symptom: 'the API answers 503',
  cause: 'PostgreSQL is down',
  cure: 'start it, nothing else',
  async tryOut({ bed, see, seeLog, well, checks }) {
    const { postgres } = bed.servers;
    await postgres.end();
    const answer = await see('GET /api/v1/runs', '/api/v1/runs', '503 unavailable');
    checks.that(answer.headers.has('retry-after'), 'the 503 has no Retry-After');
    const ready = await see('/ready', '/ready', '503');
    const components = JSON.stringify(ready.body?.['components']);
    checks.note(components);
    checks.that(
      components?.includes('"database":"unavailable"') ?? false,
      '/ready does not name the database',
    );
    await see('/health', '/health', '200');
    await seeLog('api', /"level":"(warn|error)".*(database|PostgreSQL)/i);
    const up = await readMetric(
      bed.system.metricsUrl,
      'aio_dependency_up',
      'dependency="database"',
    );
    checks.that(up === 0, `aio_dependency_up of the database is ${up}, not 0`);
    await postgres.start();
    await well('/api/v1/runs', '200');
    await well('/ready', '200');
  },
});

const RUNS = 10;
const AWAY_MS = 3000;

export const redisDown = troubleDrill({
  name: 'redis-down',
  symptom: 'workers are idle: the API accepts runs, which stay queued; logins fail',
  cause: 'Redis is down: no jobs, no sessions',
  cure: 'start it, nothing else: PostgreSQL holds what waits',
  async tryOut(stand) {
    const { bed, see, seeLog, well, checks } = stand;
    const { redis } = bed.servers;
    const { workers } = bed.system;
    /** Counts queued runs that the reconcilers found without a job. */
    const countFinds = () => sumMetric(workers, 'aio_reconciler_finds_total', 'find="queued"');
    await end(stand, [await bed.submit(WORK)]);
    await redis.end('SIGKILL');
    await see('/ready', '/ready', '503');
    await see('/ready?require=database', '/ready?require=database', '200');
    await see('GET /auth/login', '/auth/login', '503 unavailable');
    const [worker] = workers;
    const ready = await fetch(new URL('/ready', worker!.metricsUrl));
    await ready.body?.cancel();
    checks.that(ready.status === 503, `the worker's /ready: ${ready.status}`);
    const before = await countFinds();
    const ids = await submit(stand);
    await sleep(AWAY_MS);
    const from = 'runs where id = any($1) and started_at is not null';
    const started = await countRows(bed.db, from, [ids]);
    checks.that(started === 0, `${started} of ${RUNS} runs started while Redis was down`);
    const up = await readMetric(worker!.metricsUrl, 'aio_dependency_up', 'dependency="redis"');
    checks.that(up === 0, `aio_dependency_up of Redis is ${up}, not 0`);
    await seeLog('api', /Redis is down/);
    await seeLog('worker-1', /Redis is down/);
    await redis.start();
    const backAt = performance.now();
    await well('/ready', '200');
    await end(stand, ids);
    const took = seconds(performance.now() - backAt);
    checks.note(`the runs accepted while Redis was down ended ${took} after its return`);
    const found = (await countFinds()) - before;
    checks.that(found >= RUNS, `reconcilers found ${found} of ${RUNS} runs`);
    const later = await submit(stand);
    await end(stand, later);
    const again = (await countFinds()) - before - found;
    checks.that(again < RUNS, 'the API sent no jobs after Redis was back');
  },
});

async function submit({ bed }: Stand): Promise<string[]> {
  const ids: string[] = [];
  for (let index = 0; index < RUNS; index++) ids.push(await bed.submit(WORK));
  return ids;
}

async function end({ bed }: Stand, ids: readonly string[]): Promise<void> {
  await Promise.all(ids.map((id) => bed.system.api.waitForRun(id)));
}
