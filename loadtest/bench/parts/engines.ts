import { holdContest, ratio, type Scores, scoreTable, timeIdleRuns } from '../contest.ts';
import { createAio, createHttpAio } from '../contenders/aio.ts';
import { BATCHES, type Contender, SHAPES } from '../contenders/contender.ts';
import { startBullmq, startDbos } from '../contenders/others.ts';
import type { BenchContext, BenchPart } from '../part.ts';
import { startBenchSystem } from '../system.ts';

const [AIO, BULLMQ, DBOS] = ['AIO', 'BullMQ flows', 'DBOS'] as const;

/** Measures steps per second and CPU per step under saturation: AIO, BullMQ flows and DBOS in turn. */
export const engine: BenchPart = {
  name: 'engine',
  async run(context) {
    const { rates, cpu } = await holdContest(await startContenders(context), SHAPES, context);
    const bullmq = against(BULLMQ, rates);
    const dbos = against(DBOS, rates);
    return {
      tables: [
        scoreTable('Steps per second, one worker each', rates),
        scoreTable('CPU of the worker process, µs per step', cpu),
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
      method: `${context.rounds} rounds in turn, each engine with as many runs as it finishes in 2 s; AIO with default settings, outputs of 1 kB, ${BATCHES.runsPerRequest} runs per request, ${BATCHES.atOnce} requests at once; BullMQ the same with addBulk, processors that do nothing, jobs removed when done, concurrency 100; DBOS starts workflows in its own process, 64 at once, pool of 40 connections, outputs of 1 kB`,
    };
  },
};

/** Times one run at a time on an idle system. */
export const idle: BenchPart = {
  name: 'idle',
  async run(context) {
    const times = await timeIdleRuns(await startContenders(context), SHAPES, context);
    const bullmq = against(BULLMQ, times);
    const dbos = against(DBOS, times);
    return {
      tables: [scoreTable('One idle run, ms', times)],
      measured: {
        idleChainAgainstBullmq: bullmq('chain-50'),
        idleFanAgainstBullmq: bullmq('fan-1-100-1'),
        idleDiamondAgainstBullmq: bullmq('diamond'),
        idleChainAgainstDbos: dbos('chain-50'),
        idleFanAgainstDbos: dbos('fan-1-100-1'),
        idleDiamondAgainstDbos: dbos('diamond'),
      },
      method: `${context.rounds} series of 10 runs of each engine and shape in turn, after 3 uncounted runs, 5 ms apart; AIO and BullMQ from submission until a client that asks every millisecond sees the run's end, DBOS within its own process`,
    };
  },
};

/** Measures steps that go through a lane and call a server that answers at once. */
export const http: BenchPart = {
  name: 'http',
  async run(context) {
    const aio = await createHttpAio(await startBenchSystem(context), 0);
    const { rates, cpu } = await holdContest([aio], SHAPES, context);
    const singles = await timeIdleRuns([aio], [SHAPES[0]], context);
    return {
      tables: [
        scoreTable('HTTP steps per second, one worker', rates),
        scoreTable('CPU of the worker process, µs per HTTP step', cpu),
        scoreTable('One idle run of HTTP steps, ms', singles),
      ],
      measured: {},
      method: `one worker with default settings; the simulator answers at once with 1 kB; ${context.rounds} rounds of 2 s for each shape, then one run at a time; no guard rail: compare with an older commit on the same machine`,
    };
  },
};

/** @returns AIO's median in a shape divided by that of another engine */
function against(other: string, scores: Scores) {
  return (shape: (typeof SHAPES)[number]['name']) => ratio(scores, shape, [AIO, other]);
}

/** Starts all three engines, with one worker each, on one PostgreSQL server and one Redis. */
async function startContenders(context: BenchContext): Promise<Contender[]> {
  const bullmq = await startBullmq(BULLMQ, context);
  const dbos = await startDbos(DBOS, context);
  // Default settings.
  return [createAio(await startBenchSystem(context), { name: AIO }), bullmq, dbos];
}
