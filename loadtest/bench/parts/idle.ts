import { median } from '../../lib/median.ts';
import { startBareWay } from '../contenders/bare-way.ts';
import type { Contender } from '../contenders/contender.ts';
import { quantileOf } from '../../lib/quantile.ts';
import type { BenchPart } from '../part.ts';
import { formatFigure } from '../report.ts';
import { AIO, startContenders } from './contenders.ts';
import { SHAPES } from './shapes.ts';

const RUNS = 60;
/** Of each engine with each shape: what is measured are processes that have been at work. */
const WARM_UP_MS = 3_000;

/** One run at a time on a system that has nothing else to do. */
export const idle: BenchPart = {
  name: 'idle',
  async run(context) {
    const { aioSingly, bullmq, dbos } = await startContenders(context, { workers: 1 });
    const aio = { ...aioSingly, name: AIO };
    const contenders: readonly Contender[] = [aio, bullmq, dbos];
    const bare = await startBareWay({
      name: 'bare way',
      databaseUrl: await context.createDatabase('bare', { migrated: false }),
      redisUrl: context.servers.redisUrl,
    });
    context.onEnd(bare.stop);
    const times = new Map<string, number[]>();
    const timesOf = (shape: string, { name }: Contender) => times.get(`${shape} ${name}`) ?? [];
    for (const shape of SHAPES) {
      for (const contender of [...contenders, bare]) {
        const until = performance.now() + WARM_UP_MS;
        while (performance.now() < until) await contender.work(shape, 1);
      }
    }
    for (let turn = 0; turn < RUNS; turn++) {
      for (const shape of SHAPES) {
        for (const contender of [...contenders, bare]) {
          const ms = await contender.work(shape, 1);
          times.set(`${shape.name} ${contender.name}`, [...timesOf(shape.name, contender), ms]);
        }
      }
    }
    const middle = (shape: string, contender: Contender) => median(timesOf(shape, contender));
    const against = (shape: string, other: Contender, one: Contender = aio) =>
      middle(shape, one) / middle(shape, other);
    const rows = SHAPES.map(({ name }) => [
      name,
      ...[...contenders, bare].map((contender) => {
        const ms = timesOf(name, contender);
        return `${formatFigure(median(ms))} (${formatFigure(quantileOf(ms, 0.9))})`;
      }),
      ...[bullmq, dbos].map((other) => `${formatFigure(against(name, other))}x`),
      ...[bullmq, dbos].map((other) => `${formatFigure(against(name, other, bare))}x`),
    ]);
    const names = [...contenders, bare].map(({ name }) => name);
    const heads = [
      '',
      ...names,
      ...[aio, bare].flatMap((one) => [bullmq, dbos].map((other) => `${one.name} : ${other.name}`)),
    ];
    return {
      tables: [{ title: 'One idle run, ms: median (P90)', rows: [heads, ...rows] }],
      measured: {
        idleChainAgainstBullmq: against('chain-50', bullmq),
        idleFanAgainstBullmq: against('fan-1-100-1', bullmq),
        idleDiamondAgainstBullmq: against('diamond', bullmq),
        idleChainAgainstDbos: against('chain-50', dbos),
        idleFanAgainstDbos: against('fan-1-100-1', dbos),
        idleDiamondAgainstDbos: against('diamond', dbos),
      },
      settings: {
        'idle: method': `${RUNS} runs of each in turn, after ${WARM_UP_MS / 1000} s of each to warm up; AIO and BullMQ from the submission until a client that asks PostgreSQL or Redis about every 0.5 ms finds the run ended, DBOS within its own process; the bare way has no steps: one request, one INSERT, a word to the worker beside it by Redis, one UPDATE, found like the others`,
      },
      figures: Object.fromEntries(times),
    };
  },
};
