import type { Pool } from 'pg';
import { Redis } from 'ioredis';
import { median } from '../../lib/median.ts';
import { chain } from '../../lib/shapes.ts';
import { createAio, createHttpAio } from '../contenders/aio.ts';
import { meterCpu } from '../measure/cpu.ts';
import type { Contender } from '../contenders/contender.ts';
import type { BenchContext, BenchPart, Table } from '../part.ts';
import { formatFigure } from '../report.ts';
import { type BenchSystem, startBenchSystem } from '../system.ts';

const API_COUNTS = [1, 2] as const;
const WORKER_COUNTS = [1, 2, 4] as const;
const STEPS = 10;
const SHAPE = chain(STEPS);
/** 16 clients submit one run per request. */
const BATCHES = { runsPerRequest: 1, atOnce: 16 };
/** Runs per round: some seconds each. */
const RUNS = { transform: 2000, http: 400 };
type Kind = keyof typeof RUNS;

const PARTS = ['api', 'proxy', 'workers', 'postgres', 'redis'] as const;
type Part = (typeof PARTS)[number];

/** Costs of a run in each process, and more figures of PostgreSQL. */
const COST_NAMES = {
  api: 'API, ms of CPU',
  proxy: 'proxy, ms of CPU',
  workers: 'workers, ms of CPU',
  postgres: 'PostgreSQL, ms of CPU',
  redis: 'Redis, ms of CPU',
  commits: 'commits',
  walKb: 'write-ahead log, kB',
};
type Cost = Record<keyof typeof COST_NAMES, number>;

interface Round {
  apis: number;
  workers: number;
  kind: Kind;
  /** Runs per second. */
  rate: number;
  cost: Cost;
}

/** Measures runs per second with 1, 2 and 4 workers and 1 and 2 APIs, and what a run costs each part. */
export const throughput: BenchPart = {
  name: 'throughput',
  async run(context) {
    const rounds: Round[] = [];
    for (const apis of API_COUNTS) rounds.push(...(await measure(context, apis)));
    const kinds = Object.keys(RUNS) as Kind[];
    return {
      tables: [...kinds.map((kind) => rateTable(rounds, kind)), costTable(rounds, kinds)],
      measured: {},
      method: `${RUNS.transform} and ${RUNS.http} runs of ${STEPS} steps with outputs of 1 kB, submitted by ${BATCHES.atOnce} clients through the proxy, ${context.rounds} rounds; all processes share the cores of this machine`,
    };
  },
};

async function measure(context: BenchContext, apis: number): Promise<Round[]> {
  const most = Math.max(...WORKER_COUNTS);
  const system = await startBenchSystem(context, {
    name: `apis${apis}`,
    workers: most,
    apis,
    proxyFrom: context.programDir,
  });
  const contenders = {
    transform: createAio(system, { batches: BATCHES }),
    http: await createHttpAio(system, 0, BATCHES),
  };
  const redis = new Redis(context.servers.redisUrl);
  context.onEnd(() => redis.disconnect());
  const rounds: Round[] = [];
  for (let round = 0; round < context.rounds; round++) {
    for (const workers of WORKER_COUNTS) {
      await system.setWorkers(workers);
      for (const [kind, aio] of Object.entries(contenders) as [Kind, Contender][]) {
        const chain = { name: `chain-${kind}`, shape: SHAPE };
        const runs = RUNS[kind];
        await aio.work(chain, runs / 10);
        const costOf = await meterCost(system, redis);
        const ms = await aio.work(chain, runs);
        const cost = await costOf(runs);
        const rate = (runs * 1000) / ms;
        rounds.push({ apis, workers, kind, rate, cost });
        context.say(`${apis} APIs, ${workers} workers, ${kind}: ${formatFigure(rate)} runs/s`);
      }
    }
  }
  await system.stop();
  return rounds;
}

/** Starts to measure what runs cost. @returns a function for the cost of each of `runs` runs since then */
async function meterCost(
  system: BenchSystem,
  redis: Redis,
): Promise<(runs: number) => Promise<Cost>> {
  const { apis, proxy, db } = system;
  const redisPid = Number(/^process_id:(\d+)/m.exec(await redis.info('server'))?.[1]);
  const pidsOf = (postgres: readonly number[]): Record<Part, readonly number[]> => ({
    api: apis.map(({ pid }) => pid),
    proxy: proxy === null ? [] : [proxy.pid],
    workers: system.workerPids(),
    postgres,
    redis: [redisPid],
  });
  const before = await readDatabase(db);
  const pids = pidsOf(before.pids);
  const meters = PARTS.map((part) => [part, meterCpu(pids[part])] as const);
  return async (runs) => {
    const after = await readDatabase(db);
    const pids = pidsOf(after.pids);
    const cpu = meters.map(([part, used]) => [part, (used(pids[part]) * 1000) / runs]);
    return {
      ...(Object.fromEntries(cpu) as Record<Part, number>),
      commits: (after.commits - before.commits) / runs,
      walKb: (after.walKb - before.walKb) / runs,
    };
  };
}

/** `pids` are PostgreSQL's backends and its background processes. */
async function readDatabase(db: Pool): Promise<{ pids: number[]; commits: number; walKb: number }> {
  const { rows } = await db.query<{ pids: number[]; commits: number; walKb: number }>(
    `select (select array_agg(pid) from pg_stat_activity) as pids,
       (select xact_commit::int from pg_stat_database where datname = current_database()) as commits,
       (pg_current_wal_lsn() - '0/0') :: float8 / 1000 as "walKb"`,
  );
  return rows[0] as { pids: number[]; commits: number; walKb: number };
}

function rateTable(rounds: readonly Round[], kind: Kind): Table {
  const rows = API_COUNTS.map((apis) => [
    apis === 1 ? 'one API' : `${apis} APIs`,
    ...WORKER_COUNTS.map((workers) =>
      rounds
        .filter((one) => one.kind === kind && one.apis === apis && one.workers === workers)
        .map(({ rate }) => rate),
    ),
  ]);
  const head = WORKER_COUNTS.map((count) => (count === 1 ? 'one worker' : `${count} workers`));
  return { title: `Runs per second, ${STEPS} ${kind} steps each`, rows: [['', ...head], ...rows] };
}

function costTable(rounds: readonly Round[], kinds: readonly Kind[]): Table {
  const rows = (Object.keys(COST_NAMES) as (keyof Cost)[]).map((key) => [
    COST_NAMES[key],
    ...kinds.map((kind) =>
      median(rounds.filter((one) => one.kind === kind).map(({ cost }) => cost[key])),
    ),
  ]);
  const title = `What a run of ${STEPS} steps costs, median of all rounds`;
  return { title, rows: [['', ...kinds], ...rows] };
}
