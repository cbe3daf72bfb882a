import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { StepWork } from '../../lib/definition.ts';
import { median } from '../../lib/median.ts';
import { sumMetric } from '../../lib/read-metric.ts';
import { parallel, toWorkflow } from '../../lib/shapes.ts';
import { meterCpu } from '../measure/cpu.ts';
import type { BenchContext, BenchPart } from '../part.ts';
import { type BenchSystem, startBenchSystem } from '../system.ts';

const RUNS = 100_000;
const WORKERS = 2;
const WARM_UP_RUNS = 10_000;
const LOOK_EVERY_MS = 500;
const SETTLE_MS = 5_000;
const TURNS = 4;
const TURN_MS = 5_000;

const of = (name: string, work: StepWork) => toWorkflow(name, parallel(1), work);
/** Waits as the measured runs do, but ends at once. */
const WARM_UP = of('warm-up', { type: 'delay', with: { duration: '1ms' } });
/** Each run of `parked-parent` starts a second run. */
const KINDS = [
  { definition: of('parked-delay', { type: 'delay', with: { duration: '30d' } }), share: 0.3 },
  { definition: of('parked-approval', { type: 'approval', with: {} }), share: 0.3 },
  {
    definition: of('parked-wait', { type: 'wait', with: { event: 'never', key: 'any' } }),
    share: 0.2,
  },
  {
    definition: of('parked-parent', { type: 'workflow', with: { workflow: 'parked-approval' } }),
    share: 0.1,
  },
];

const NAMES = {
  cpuMs: 'CPU of workers and API, ms per second',
  postgresMs: 'CPU of PostgreSQL for them, ms per second',
  redisKeys: 'keys in Redis',
  runsHeld: 'runs held',
};
type IdleCost = Record<keyof typeof NAMES, number>;

/** Measures the cost of runs that only wait: for a delay of 30 days, an approval, an event or a child run. */
export const parking: BenchPart = {
  name: 'parking',
  async run(context) {
    const system = await startBenchSystem(context, { workers: WORKERS });
    await system.api.createWorkflow(WARM_UP);
    await system.submitMany(WARM_UP.name, WARM_UP_RUNS);
    await system.waitForRows('runs where finished_at is not null', WARM_UP_RUNS, LOOK_EVERY_MS);
    const before = await measureIdleCost(context, system);
    for (const { definition, share } of KINDS) {
      context.say(`${definition.name}: ${RUNS * share} runs`);
      await system.api.createWorkflow(definition);
      await system.submitMany(definition.name, RUNS * share);
    }
    await system.waitForRows(`runs where status = 'waiting'`, RUNS, LOOK_EVERY_MS);
    // The API indexes the words of so many runs for two minutes, which is no cost of waiting.
    await system.waitForRows('run_texts', WARM_UP_RUNS + RUNS, LOOK_EVERY_MS);
    const after = await measureIdleCost(context, system);
    const keys = Object.keys(NAMES) as (keyof IdleCost)[];
    return {
      tables: [
        {
          title: `${WORKERS} workers and one API, idle`,
          rows: [
            ['', 'no runs', `${RUNS} waiting`],
            ...keys.map((key) => [NAMES[key], before[key], after[key]]),
          ],
        },
      ],
      measured: {
        parkedCpu: (after.cpuMs + after.postgresMs - before.cpuMs - before.postgresMs) / 10,
        parkedKeys: after.redisKeys - before.redisKeys,
      },
      method: `median of ${TURNS} times ${TURN_MS / 1000} s, after ${WARM_UP_RUNS} runs have ended, and with ${RUNS} that wait and are indexed for the search; CPU of workers, API and the PostgreSQL processes of their connections`,
    };
  },
};

async function measureIdleCost(context: BenchContext, system: BenchSystem): Promise<IdleCost> {
  // Otherwise autovacuum does it some minutes later, and dead rows cost CPU until then.
  await system.db.query('vacuum analyze');
  await sleep(SETTLE_MS);
  const own = [...system.apis, ...system.workers].map(({ pid }) => pid);
  const cpu: number[] = [];
  const postgresCpu: number[] = [];
  for (let turn = 0; turn < TURNS; turn++) {
    const [used, usedByPostgres] = [meterCpu(own), meterCpu(await listBackends(system))];
    await sleep(TURN_MS);
    cpu.push((used() * 1e6) / TURN_MS);
    postgresCpu.push((usedByPostgres() * 1e6) / TURN_MS);
  }
  const redis = new Redis(context.servers.redisUrl);
  const redisKeys = await redis.dbsize();
  redis.disconnect();
  const runsHeld = await sumMetric(system.workers, 'aio_worker_runs_held');
  return { cpuMs: median(cpu), postgresMs: median(postgresCpu), redisKeys, runsHeld };
}

async function listBackends({ db }: BenchSystem): Promise<number[]> {
  const { rows } = await db.query<{ pid: number }>(
    `select pid from pg_stat_activity
     where datname = current_database() and backend_type = 'client backend'
       and pid <> pg_backend_pid()`,
  );
  return rows.map(({ pid }) => pid);
}
