import { join } from 'node:path';
import { makeOldEdition } from '../../bed/edition.ts';
import { holdContest, timeIdleRuns, WARM_UP_STEPS, warmUp } from '../contest.ts';
import { createAio, createHttpAio } from '../contenders/aio.ts';
import { BATCHES, type Contender, SHAPES } from '../contenders/contender.ts';
import { startBullmq, startDbos } from '../contenders/others.ts';
import { openMeter } from '../meter.ts';
import type { BenchContext, BenchPart } from '../part.ts';
import { costOf, countTable, cpuTable, paceOf, ratio, type Scores, scoreTable } from '../scores.ts';
import { type BenchSystem, startBenchSystem } from '../system.ts';

const [AIO, BULLMQ, DBOS] = ['AIO', 'BullMQ flows', 'DBOS'] as const;

/** The same number for every version, because a chain's rate depends on how many run at once: about 1,500 steps. */
const HTTP_SHAPES = [
  { ...SHAPES[0], runs: 30 },
  { ...SHAPES[1], runs: 15 },
  { ...SHAPES[2], runs: 300 },
] as const;
const WARM_UP = `${WARM_UP_STEPS} steps of warm-up`;

/** Measures steps per second and CPU per step under saturation: AIO, BullMQ flows and DBOS in turn. */
export const engine: BenchPart = {
  name: 'engine',
  compares: true,
  async run(context) {
    const contenders = await startContenders(context);
    const meter = await openMeter(context);
    await warmUp(contenders, SHAPES);
    const samples = await holdContest(contenders, SHAPES, { ...context, meter });
    const bullmq = against(BULLMQ, paceOf(samples));
    const dbos = against(DBOS, paceOf(samples));
    const cpu = costOf(samples, 'worker');
    return {
      tables: [
        scoreTable('Steps per second, one worker each', paceOf(samples)),
        cpuTable('Saturated', samples),
      ],
      measured: {
        chainAgainstBullmq: bullmq('chain-50'),
        fanAgainstBullmq: bullmq('fan-1-100-1'),
        diamondAgainstBullmq: bullmq('diamond'),
        chainAgainstDbos: dbos('chain-50'),
        fanAgainstDbos: dbos('fan-1-100-1'),
        diamondAgainstDbos: dbos('diamond'),
        cpuAgainstBullmq: against(BULLMQ, cpu)('chain-50'),
        cpuAgainstDbos: against(DBOS, cpu)('chain-50'),
      },
      method: `${WARM_UP}, then ${context.rounds} rounds in turn, each engine with as many runs as it finishes in 2 s; AIO with default settings, outputs of 1 kB, one run per request, 50 requests at once; BullMQ with addBulk of ${BATCHES.runsPerRequest} runs, ${BATCHES.atOnce} at once, processors that do nothing, jobs removed when done, concurrency 100; DBOS starts workflows in its own process, 64 at once, pool of 40 connections, outputs of 1 kB`,
    };
  },
};

/** Times one run at a time on an idle system. */
export const idle: BenchPart = {
  name: 'idle',
  compares: true,
  async run(context) {
    const contenders = await startContenders(context);
    const meter = await openMeter(context);
    await warmUp(contenders, SHAPES);
    const samples = await timeIdleRuns(contenders, SHAPES, { ...context, meter });
    const bullmq = against(BULLMQ, paceOf(samples));
    const dbos = against(DBOS, paceOf(samples));
    return {
      tables: [scoreTable('One idle run, ms', paceOf(samples)), cpuTable('Idle', samples)],
      measured: {
        idleChainAgainstBullmq: bullmq('chain-50'),
        idleFanAgainstBullmq: bullmq('fan-1-100-1'),
        idleDiamondAgainstBullmq: bullmq('diamond'),
        idleChainAgainstDbos: dbos('chain-50'),
        idleFanAgainstDbos: dbos('fan-1-100-1'),
        idleDiamondAgainstDbos: dbos('diamond'),
      },
      method: `${WARM_UP}, then ${context.rounds} series of 10 runs of each engine and shape in turn, after 3 uncounted runs, 5 ms apart; AIO and BullMQ from submission until a client that asks every millisecond sees the run's end, DBOS within its own process`,
    };
  },
};

/** Measures steps that go through a lane and call a server that answers at once. */
export const http: BenchPart = {
  name: 'http',
  compares: true,
  async run(context) {
    const call = (system: BenchSystem, name: string) => createHttpAio(system, 0, name);
    const contenders = await startVersions(context, call);
    const meter = await openMeter(context);
    await warmUp(contenders, HTTP_SHAPES);
    const saturated = await holdContest(contenders, HTTP_SHAPES, { ...context, meter });
    const idle = await timeIdleRuns(contenders, [SHAPES[0]], { ...context, meter });
    return {
      tables: [
        scoreTable('HTTP steps per second, one worker', paceOf(saturated)),
        cpuTable('HTTP steps, saturated', saturated),
        countTable('HTTP steps, saturated', saturated),
        scoreTable('One idle run of HTTP steps, ms', paceOf(idle)),
        cpuTable('HTTP steps, idle', idle),
        countTable('HTTP steps, idle', idle),
      ],
      measured: {},
      method: `one worker with default settings; the simulator answers at once with 1 kB; ${WARM_UP}, then ${context.rounds} rounds of ${HTTP_SHAPES.map(({ name, runs }) => `${runs} ${name}`).join(', ')}, then ${context.rounds} series of 10 single runs; counts are those of both servers and include submission and idle systems; no guard rail: compare with --commit`,
    };
  },
};

/** @returns AIO's median in a shape divided by that of another engine */
function against(other: string, scores: Scores) {
  return (shape: (typeof SHAPES)[number]['name']) => ratio(scores, shape, [AIO, other]);
}

/** Starts all engines, with one worker each, on one PostgreSQL server and one Redis. */
async function startContenders(context: BenchContext): Promise<Contender[]> {
  const bullmq = await startBullmq(BULLMQ, context);
  const dbos = await startDbos(DBOS, context);
  const versions = await startVersions(context, async (system, name) =>
    createAio(system, { name }),
  );
  return [...versions, bullmq, dbos];
}

/** Starts AIO with default settings: this code and, if given, that of the commit. */
async function startVersions(
  context: BenchContext,
  create: (system: BenchSystem, name: string) => Promise<Contender>,
): Promise<Contender[]> {
  const { commit, dataDir } = context;
  const contenders = [await create(await startBenchSystem(context), AIO)];
  if (commit !== '') {
    const { root } = await makeOldEdition(join(dataDir, 'code'), commit);
    const before = await startBenchSystem(context, { name: 'before', root });
    contenders.push(await create(before, commit.slice(0, 8)));
  }
  return contenders;
}
