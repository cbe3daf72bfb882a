import { setTimeout as sleep } from 'node:timers/promises';
import { median } from '../../lib/median.ts';
import { startBareWay } from '../contenders/bare-way.ts';
import type { Contender } from '../contenders/contender.ts';
import { quantileOf } from '../../lib/quantile.ts';
import type { BenchContext, BenchPart } from '../part.ts';
import { formatFigure, type Table } from '../report.ts';
import { AIO, BULLMQ, DBOS, startContenders } from './contenders.ts';
import { SHAPES } from './shapes.ts';

/** Of new processes: one is up to 4 % faster than the next of the same code, for as long as it lives. */
const SETS = 3;
const TURNS = 4;
/** Of each engine with each shape in a turn, after those that find the caches full of what others did. */
const SERIES = 10;
const UNCOUNTED = 3;
/** What a run leaves behind is done by then. */
const PAUSE_MS = 5;
/** Of each engine with each shape: Node.js goes on compiling for some thousands of runs. */
const WARM_UP_MS = 5_000;

const BARE = 'bare way';
const NAMES = [AIO, BULLMQ, DBOS, BARE];

/** Milliseconds of runs, by `keyOf`. */
type TimesByKey = Map<string, number[]>;

interface Times {
  counted: TimesByKey;
  /** Those that found the caches full of what others did. */
  first: TimesByKey;
}

/** One run at a time on a system that has nothing else to do. */
export const idle: BenchPart = {
  name: 'idle',
  async run(context) {
    const times: Times = { counted: new Map(), first: new Map() };
    for (let set = 1; set <= SETS; set++) {
      context.say(`set ${set} of ${SETS} of processes:`);
      await context.within(`set${set}`, (context) => measureSet(context, times));
    }
    const { counted, first } = times;
    const against = (shape: string, other: string) => ratioOf(counted, shape, [AIO, other]);
    return {
      tables: [
        tableOf('One idle run, ms: median (P90)', counted),
        tableOf('The first after those of others, ms: median (P90)', first),
      ],
      measured: {
        idleChainAgainstBullmq: against('chain-50', BULLMQ),
        idleFanAgainstBullmq: against('fan-1-100-1', BULLMQ),
        idleDiamondAgainstBullmq: against('diamond', BULLMQ),
        idleChainAgainstDbos: against('chain-50', DBOS),
        idleFanAgainstDbos: against('fan-1-100-1', DBOS),
        idleDiamondAgainstDbos: against('diamond', DBOS),
      },
      settings: {
        'idle: method': `series of ${SERIES} runs of each in turn, one after the other with ${PAUSE_MS} ms between, after ${UNCOUNTED} that are not counted; ${TURNS} turns, after ${WARM_UP_MS / 1000} s of each to warm up, of each of ${SETS} sets of processes; AIO and BullMQ from the submission until a client that asks PostgreSQL or Redis again 0.1 ms after each answer finds the run ended, DBOS within its own process; the bare way has no steps: one request, one INSERT, a word to the worker beside it by Redis, one UPDATE, found like the others`,
      },
      figures: Object.fromEntries(counted),
    };
  },
};

async function measureSet(context: BenchContext, { counted, first }: Times): Promise<void> {
  const contenders = await start(context);
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
      const key = keyOf(shape.name, contender.name);
      for (let run = -UNCOUNTED; run < SERIES; run++) {
        await sleep(PAUSE_MS);
        const ms = await contender.work(shape, 1);
        if (run >= 0) add(counted, key, ms);
        if (run === -UNCOUNTED) add(first, key, ms);
      }
    }
  }
}

async function start(context: BenchContext): Promise<Contender[]> {
  const { aioSingly, bullmq, dbos } = await startContenders(context, { workers: 1 });
  const bare = await startBareWay({
    name: BARE,
    databaseUrl: await context.createDatabase('bare', { migrated: false }),
    redisUrl: context.servers.redisUrl,
  });
  context.onEnd(bare.stop);
  return [{ ...aioSingly, name: AIO }, bullmq, dbos, bare];
}

function pairsOf(contenders: readonly Contender[]) {
  return SHAPES.flatMap((shape) => contenders.map((contender) => ({ shape, contender })));
}

function keyOf(shape: string, name: string): string {
  return `${shape} ${name}`;
}

function add(times: TimesByKey, key: string, ms: number): void {
  times.set(key, [...(times.get(key) ?? []), ms]);
}

function ratioOf(times: TimesByKey, shape: string, [one, other]: readonly [string, string]) {
  const middle = (name: string) => median(times.get(keyOf(shape, name)) ?? []);
  return middle(one) / middle(other);
}

function tableOf(title: string, times: TimesByKey): Table {
  const pairs = [AIO, BARE].flatMap((one) => [BULLMQ, DBOS].map((other) => [one, other] as const));
  const rows = SHAPES.map(({ name: shape }) => [
    shape,
    ...NAMES.map((name) => {
      const ms = times.get(keyOf(shape, name)) ?? [];
      return `${formatFigure(median(ms))} (${formatFigure(quantileOf(ms, 0.9))})`;
    }),
    ...pairs.map((pair) => `${formatFigure(ratioOf(times, shape, pair))}x`),
  ]);
  const heads = ['', ...NAMES, ...pairs.map(([one, other]) => `${one} : ${other}`)];
  return { title, rows: [heads, ...rows] };
}
