import { holdContest, ratio, scoreTable } from '../contest.ts';
import { BATCHES } from '../contenders/contender.ts';
import { AIO, BULLMQ, DBOS, startContenders } from '../contenders/start-contenders.ts';
import type { BenchPart } from '../part.ts';
import { SHAPES } from '../shapes.ts';

/** Measures steps per second and CPU per step under saturation: AIO, BullMQ flows and DBOS in turn. */
export const engine: BenchPart = {
  name: 'engine',
  async run(context) {
    const { rates, cpu } = await holdContest(await startContenders(context), SHAPES, context);
    return {
      tables: [
        scoreTable('Steps per second, one worker each', rates),
        scoreTable('CPU of the worker process, µs per step', cpu),
      ],
      measured: {
        chainAgainstBullmq: ratio(rates, 'chain-50', [AIO, BULLMQ]),
        fanAgainstBullmq: ratio(rates, 'fan-1-100-1', [AIO, BULLMQ]),
        diamondAgainstBullmq: ratio(rates, 'diamond', [AIO, BULLMQ]),
        chainAgainstDbos: ratio(rates, 'chain-50', [AIO, DBOS]),
        fanAgainstDbos: ratio(rates, 'fan-1-100-1', [AIO, DBOS]),
        diamondAgainstDbos: ratio(rates, 'diamond', [AIO, DBOS]),
        cpuAgainstBullmq: ratio(cpu, 'chain-50', [AIO, BULLMQ]),
        cpuAgainstDbos: ratio(cpu, 'chain-50', [AIO, DBOS]),
      },
      method: `${context.rounds} rounds in turn, each engine with as many runs as it finishes in 2 s; AIO with default settings, outputs of 1 kB, ${BATCHES.runsPerRequest} runs per request, ${BATCHES.atOnce} requests at once; BullMQ the same with addBulk, processors that do nothing, jobs removed when done, concurrency 100; DBOS starts workflows in its own process, 64 at once, pool of 40 connections, outputs of 1 kB`,
    };
  },
};
