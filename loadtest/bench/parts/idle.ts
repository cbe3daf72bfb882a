import { setTimeout as sleep } from 'node:timers/promises';
import { median } from '../../lib/median.ts';
import { startBareWay } from '../contenders/bare-way.ts';
import type { Contender } from '../contenders/contender.ts';
import { quantileOf } from '../../lib/quantile.ts';
import type { BenchContext, BenchPart } from '../part.ts';
import { formatFigure, type Table } from '../report.ts';
import { AIO, startContenders } from './contenders.ts';
import { SHAPES } from './shapes.ts';

const TURNS = 8;
/** Of each engine with each shape in a turn, after those that find the caches full of what others did. */
const SERIES = 10;
const UNCOUNTED = 3;
/** What a run leaves behind is done by then. */
const PAUSE_MS = 5;
/** Of each engine with each shape: Node.js goes on compiling for some thousands of runs. */
const WARM_UP_MS = 8_000;

/** Milliseconds of runs, by `keyOf`. */
type Times = Map<string, number[]>;

/** One run at a time on a system that has nothing else to do. */
export const idle: BenchPart = {
  name: 'idle',
  async run(context) {
    const contenders = await start(context);
    const [aio, bullmq, dbos] = contenders;
    const counted: Times = new Map();
    const first: Times = new Map();
    for (const shape of SHAPES) {
      for (const contender of contenders) {
        context.say(`${shape.name}, ${contender.name} warms up`);
        const until = performance.now() + WARM_UP_MS;
        while (performance.now() < until) await contender.work(shape, 1);
      }
    }
    for (let turn = 0; turn < TURNS; turn++) {
      context.say(`turn ${turn + 1} of ${TURNS}`);
      for (const { shape, contender } of pairsOf(contenders)) {
        const key = keyOf(shape.name, contender);
        for (let run = -UNCOUNTED; run < SERIES; run++) {
          await sleep(PAUSE_MS);
          const ms = await contender.work(shape, 1);
          if (run >= 0) add(counted, key, ms);
          if (run === -UNCOUNTED) add(first, key, ms);
        }
      }
    }
    const against = (shape: string, other: Contender) => ratioOf(counted, shape, [aio, other]);
    return {
      tables: [
        tableOf('One idle run, ms: median (P90)', counted, contenders),
        tableOf('The first after those of others, ms: median (P90)', first, contenders),
      ],
      measured: {
        idleChainAgainstBullmq: against('chain-50', bullmq),
        idleFanAgainstBullmq: against('fan-1-100-1', bullmq),
        idleDiamondAgainstBullmq: against('diamond', bullmq),
        idleChainAgainstDbos: against('chain-50', dbos),
        idleFanAgainstDbos: against('fan-1-100-1', dbos),
        idleDiamondAgainstDbos: against('diamond', dbos),
      },
      settings: {
        'idle: method': `series of ${SERIES} runs of each in turn, one after the other with ${PAUSE_MS} ms between, after ${UNCOUNTED} that are not counted; ${TURNS} turns, after ${WARM_UP_MS / 1000} s of each to warm up; AIO and BullMQ from the submission until a client that asks PostgreSQL or Redis again 0.1 ms after each answer finds the run ended, DBOS within its own process; the bare way has no steps: one request, one INSERT, a word to the worker beside it by Redis, one UPDATE, found like the others`,
      },
      figures: Object.fromEntries(counted),
    };
  },
};

type Contenders = readonly [aio: Contender, bullmq: Contender, dbos: Contender, bare: Contender];

async function start(context: BenchContext): Promise<Contenders> {
  const { aioSingly, bullmq, dbos } = await startContenders(context, { workers: 1 });
  const bare = await startBareWay({
    name: 'bare way',
    databaseUrl: await context.createDatabase('bare', { migrated: false }),
    redisUrl: context.servers.redisUrl,
  });
  context.onEnd(bare.stop);
  return [{ ...aioSingly, name: AIO }, bullmq, dbos, bare];
}

function pairsOf(contenders: Contenders) {
  return SHAPES.flatMap((shape) => contenders.map((contender) => ({ shape, contender })));
}

function keyOf(shape: string, { name }: Contender): string {
  return `${shape} ${name}`;
}

function add(times: Times, key: string, ms: number): void {
  times.set(key, [...(times.get(key) ?? []), ms]);
}

function ratioOf(times: Times, shape: string, [one, other]: readonly [Contender, Contender]) {
  const middle = (contender: Contender) => median(times.get(keyOf(shape, contender)) ?? []);
  return middle(one) / middle(other);
}

function tableOf(title: string, times: Times, contenders: Contenders): Table {
  const [aio, bullmq, dbos, bare] = contenders;
  const pairs = [aio, bare].flatMap((one) => [bullmq, dbos].map((other) => [one, other] as const));
  const names = contenders.map(({ name }) => name);
  const rows = SHAPES.map(({ name }) => [
    name,
    ...contenders.map((contender) => {
      const ms = times.get(keyOf(name, contender)) ?? [];
      return `${formatFigure(median(ms))} (${formatFigure(quantileOf(ms, 0.9))})`;
    }),
    ...pairs.map((pair) => `${formatFigure(ratioOf(times, name, pair))}x`),
  ]);
  const heads = ['', ...names, ...pairs.map(([one, other]) => `${one.name} : ${other.name}`)];
  return { title, rows: [heads, ...rows] };
}
