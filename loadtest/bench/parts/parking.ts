import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { cpuSeconds } from '../../lib/cpu-time.ts';
import type { Definition } from '../../lib/definition.ts';
import { median } from '../../lib/median.ts';
import { sumMetric } from '../../lib/read-metric.ts';
import { waitUntil } from '../../lib/wait-until.ts';
import { type BenchSystem, startBenchSystem } from '../bench-system.ts';
import { submitAll } from '../contenders/contender.ts';
import type { BenchContext, BenchPart } from '../part.ts';
import { formatFigure } from '../report.ts';

const RUNS = 100_000;
const WORKERS = 2;
const WARM_UP_RUNS = 10_000;
const WITHIN_MS = 300_000;
const SETTLE_MS = 5_000;
const TURNS = 4;
const TURN_MS = 5_000;

const of = (name: string, step: Definition['steps'][string]): Definition => ({
  name,
  steps: { wait: step },
});
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

interface IdleCost {
  /** Milliseconds of CPU per second, of API and workers. */
  cpuMs: number;
  /** The same, of the PostgreSQL processes that serve them. */
  postgresMs: number;
  redisKeys: number;
  runsHeld: number;
}

const NAMES: Readonly<Record<keyof IdleCost, string>> = {
  cpuMs: 'CPU of workers and API, ms per second',
  postgresMs: 'CPU of PostgreSQL for them, ms per second',
  redisKeys: 'keys in Redis',
  runsHeld: 'runs held',
};

/** Measures the cost of runs that only wait: for a delay of 30 days, an approval, an event or a child run. */
export const parking: BenchPart = {
  name: 'parking',
  async run(context) {
    const system = await startBenchSystem(context, { name: 'aio', workers: WORKERS, env: {} });
    await system.api.createWorkflow(WARM_UP);
    await submit(system, WARM_UP.name, WARM_UP_RUNS);
    await waitForRuns(system, 'finished_at is not null', WARM_UP_RUNS);
    const before = await measureIdleCost(context, system);
    for (const { definition, share } of KINDS) {
      context.say(`${definition.name}: ${RUNS * share} runs`);
      await system.api.createWorkflow(definition);
      await submit(system, definition.name, RUNS * share);
    }
    await waitForRuns(system, `status = 'waiting'`, RUNS);
    await waitForIndex(system);
    const after = await measureIdleCost(context, system);
    const rows = (Object.keys(before) as (keyof IdleCost)[]).map((key) => [
      NAMES[key],
      formatFigure(before[key]),
      formatFigure(after[key]),
    ]);
    return {
      tables: [
        {
          title: `${WORKERS} workers and one API, idle`,
          rows: [['', 'no runs', `${RUNS} waiting`], ...rows],
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

async function submit({ api }: BenchSystem, workflow: string, runs: number): Promise<void> {
  await submitAll(runs, async (count) => void (await api.submitRuns(workflow, count)));
}

async function waitForRuns({ db }: BenchSystem, condition: string, runs: number): Promise<void> {
  const text = `select count(*)::int as count from runs where ${condition}`;
  const look = async () => (await db.query<{ count: number }>(text)).rows[0]?.count === runs;
  await waitUntil(`${runs} runs with ${condition}`, WITHIN_MS, look, 500);
}

/** The API indexes the words of so many runs for two minutes, which is no cost of waiting. */
async function waitForIndex({ db }: BenchSystem): Promise<void> {
  const text = `select count(*) = (select count(*) from runs) as "isDone" from run_texts`;
  const look = async () => (await db.query<{ isDone: boolean }>(text)).rows[0]?.isDone === true;
  await waitUntil('the words of all runs', WITHIN_MS, look, 1_000);
}

async function measureIdleCost(context: BenchContext, system: BenchSystem): Promise<IdleCost> {
  // Otherwise autovacuum does it some minutes later, and dead rows cost CPU until then.
  await system.db.query('vacuum analyze');
  await sleep(SETTLE_MS);
  const own = [...system.apis, ...system.workers].map(({ pid }) => pid);
  const cpu: number[] = [];
  const postgresCpu: number[] = [];
  for (let turn = 0; turn < TURNS; turn++) {
    const backends = await listBackends(system);
    const [before, postgresBefore] = [own.map(cpuSeconds), backends.map(cpuSeconds)];
    await sleep(TURN_MS);
    cpu.push(spent(before, own.map(cpuSeconds)));
    postgresCpu.push(spent(postgresBefore, backends.map(cpuSeconds)));
  }
  const redis = new Redis(context.servers.redisUrl);
  const redisKeys = await redis.dbsize();
  redis.disconnect();
  const runsHeld = await sumMetric(system.workers, 'aio_worker_runs_held');
  return { cpuMs: median(cpu), postgresMs: median(postgresCpu), redisKeys, runsHeld };
}

/** Milliseconds per second. Leaves out processes that have ended meanwhile. */
function spent(before: readonly number[], after: readonly number[]): number {
  const seconds = after.map((value, index) => value - (before[index] ?? Number.NaN));
  const sum = seconds.filter((one) => !Number.isNaN(one)).reduce((total, one) => total + one, 0);
  return (sum * 1e6) / TURN_MS;
}

async function listBackends({ db }: BenchSystem): Promise<number[]> {
  const { rows } = await db.query<{ pid: number }>(
    `select pid from pg_stat_activity
     where datname = current_database() and backend_type = 'client backend'
       and pid <> pg_backend_pid()`,
  );
  return rows.map(({ pid }) => pid);
}
