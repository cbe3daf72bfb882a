import { median } from '../../lib/median.ts';
import { findScore, holdContest, ratio, type Score } from '../contest.ts';
import { BATCHES, SINGLY } from '../contenders/contender.ts';
import type { BenchContext, BenchPart } from '../part.ts';
import { formatFigure, formatSpread, type Table } from '../report.ts';
import { AIO, BULLMQ, DBOS, startContenders } from './contenders.ts';
import { SHAPES } from './shapes.ts';

const ROUND_MS = 2000;
/** Two workers are printed only, with fewer and shorter rounds. */
const TWO_WORKERS = { rounds: 3, roundMs: 1000 };

/** Steps per second and CPU a step, saturated: AIO, BullMQ flows and DBOS in turn. */
export const engine: BenchPart = {
  name: 'engine',
  async run(context) {
    const { aio, aioSingly, bullmq, dbos } = await startContenders(context, { workers: 2 });
    const { rounds, say } = context;
    const all = [aio, bullmq, dbos, aioSingly];
    const one = await holdContest(all, SHAPES, { rounds, roundMs: ROUND_MS, say });
    for (const contender of [aio, bullmq, dbos]) await contender.setWorkers(2);
    const two = await holdContest([aio, bullmq, dbos], SHAPES, {
      ...TWO_WORKERS,
      say: (line) => say(`two workers, ${line}`),
    });
    return {
      tables: [
        describeRates('Steps per second, one worker each: median (least–most)', one),
        describeCpu(one),
        describeRates('Steps per second, two workers each: median (least–most)', two),
      ],
      measured: {
        chainAgainstBullmq: ratio(one, 'stepsPerSecond', ['chain-50', AIO, BULLMQ]),
        chainAgainstDbos: ratio(one, 'stepsPerSecond', ['chain-50', AIO, DBOS]),
        fanAgainstBullmq: ratio(one, 'stepsPerSecond', ['fan-1-100-1', AIO, BULLMQ]),
        fanAgainstDbos: ratio(one, 'stepsPerSecond', ['fan-1-100-1', AIO, DBOS]),
        diamondAgainstBullmq: ratio(one, 'stepsPerSecond', ['diamond', AIO, BULLMQ]),
        diamondAgainstDbos: ratio(one, 'stepsPerSecond', ['diamond', AIO, DBOS]),
        cpuAgainstBullmq: ratio(one, 'cpuPerStep', ['chain-50', AIO, BULLMQ]),
        cpuAgainstDbos: ratio(one, 'cpuPerStep', ['chain-50', AIO, DBOS]),
      },
      settings: describeSettings(context),
      figures: { oneWorker: one, twoWorkers: two },
    };
  },
};

function describeRates(title: string, scores: readonly Score[]): Table {
  const contenders = [...new Set(scores.map(({ contender }) => contender))];
  const rows = SHAPES.map(({ name: shape }) => {
    const cells = contenders.map((contender) => {
      const { stepsPerSecond } = findScore(scores, shape, contender);
      return formatSpread(stepsPerSecond, median(stepsPerSecond));
    });
    const ratios = [BULLMQ, DBOS].map(
      (other) => `${formatFigure(ratio(scores, 'stepsPerSecond', [shape, AIO, other]))}x`,
    );
    return [shape, ...cells, ...ratios];
  });
  return { title, rows: [['', ...contenders, `AIO : ${BULLMQ}`, `AIO : ${DBOS}`], ...rows] };
}

function describeCpu(scores: readonly Score[]): Table {
  const contenders = [...new Set(scores.map(({ contender }) => contender))];
  const rows = SHAPES.map(({ name: shape }) => [
    shape,
    ...contenders.map((contender) => {
      const { cpuPerStep } = findScore(scores, shape, contender);
      return formatSpread(cpuPerStep, median(cpuPerStep));
    }),
  ]);
  return { title: 'CPU of the worker process, µs a step', rows: [['', ...contenders], ...rows] };
}

function describeSettings({ rounds }: BenchContext): Record<string, string | number> {
  return {
    'engine: rounds': `${rounds} with one worker, ${TWO_WORKERS.rounds} with two; a contender gets as many runs as take it ${ROUND_MS / 1000} s (two workers: ${TWO_WORKERS.roundMs / 1000} s)`,
    'engine: AIO': `as shipped (WORKER_KINDS http:64,llm:16, WORKER_MAX_RUNS 400), outputs of 1 kB, POST /workflows/{name}/runs/batch with ${BATCHES.runsPerRequest} runs, ${BATCHES.atOnce} requests at once; one a request: ${SINGLY.atOnce} at once`,
    'engine: BullMQ': `FlowProducer.addBulk with ${BATCHES.runsPerRequest} flows, ${BATCHES.atOnce} commands at once; processors that do nothing, jobs removed when done, concurrency 100; a flow is a tree: a step with several dependants hangs under one of them`,
    'engine: DBOS':
      'workflows started in its own process, 64 at once, pool of 40 connections, outputs of 1 kB',
  };
}
