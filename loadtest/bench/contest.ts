import { setTimeout as sleep } from 'node:timers/promises';
import { median } from '../lib/quantile.ts';
import type { Contender, NamedShape } from './contenders/contender.ts';
import { meterCpu } from '../lib/cpu-time.ts';
import type { BenchOptions, Table } from './part.ts';
import { formatFigure } from './report.ts';

/** Figures by shape and engine, one per round or run. */
export type Scores = Readonly<Record<string, Readonly<Record<string, number[]>>>>;

type ContestOptions = Pick<BenchOptions, 'rounds' | 'say'>;

/** Target duration of a round of one engine with one shape. */
const ROUND_MS = 2000;

const MAX_STEPS = 200_000;
/** Per engine and shape. The pause lets work that follows a run's end finish. */
const IDLE = { warmUpMs: 2000, uncounted: 3, runs: 10, pauseMs: 5 };

/**
 * Every engine executes every shape in every round. Their order alternates, so that other load on the machine hits
 * all of them. Each engine gets as many runs as it finishes in about `roundMs`, so that start-up weighs the same.
 * @returns steps per second, and microseconds of worker CPU per step
 */
export async function holdContest(
  contenders: readonly Contender[],
  shapes: readonly NamedShape[],
  { rounds, say }: ContestOptions,
  roundMs = ROUND_MS,
): Promise<{ rates: Scores; cpu: Scores }> {
  const rates = emptyScores(contenders, shapes);
  const cpu = emptyScores(contenders, shapes);
  const runsOf = new Map<string, number>();
  for (const { shape, contender, key } of pair(contenders, shapes))
    runsOf.set(key, await warmUp(contender, shape, roundMs));
  for (let round = 1; round <= rounds; round++) {
    const order = round % 2 === 0 ? contenders : contenders.toReversed();
    for (const { shape, contender, key } of pair(order, shapes)) {
      const runs = runsOf.get(key) ?? 0;
      const steps = runs * shape.shape.length;
      const cpuUsed = meterCpu(contender.workerPids());
      const ms = await contender.work(shape, runs);
      cpu[shape.name]?.[contender.name]?.push((cpuUsed() * 1e6) / steps);
      rates[shape.name]?.[contender.name]?.push((steps * 1000) / ms);
      say(`round ${round}: ${key}: ${formatFigure((steps * 1000) / ms)}`);
    }
  }
  return { rates, cpu };
}

/** Times single runs on an idle system; engines take turns. @returns milliseconds */
export async function timeIdleRuns(
  contenders: readonly Contender[],
  shapes: readonly NamedShape[],
  { rounds, say }: ContestOptions,
): Promise<Scores> {
  const scores = emptyScores(contenders, shapes);
  for (const { shape, contender, key } of pair(contenders, shapes)) {
    say(`${key}: one at a time`);
    const until = performance.now() + IDLE.warmUpMs;
    while (performance.now() < until) await contender.work(shape, 1);
  }
  for (let round = 0; round < rounds; round++) {
    for (const { shape, contender } of pair(contenders, shapes)) {
      for (let run = -IDLE.uncounted; run < IDLE.runs; run++) {
        await sleep(IDLE.pauseMs);
        const ms = await contender.work(shape, 1);
        if (run >= 0) scores[shape.name]?.[contender.name]?.push(ms);
      }
    }
  }
  return scores;
}

function emptyScores(contenders: readonly Contender[], shapes: readonly NamedShape[]): Scores {
  const ofShape = () => Object.fromEntries(contenders.map(({ name }) => [name, []]));
  return Object.fromEntries(shapes.map(({ name }) => [name, ofShape()]));
}

function pair(contenders: readonly Contender[], shapes: readonly NamedShape[]) {
  return shapes.flatMap((shape) =>
    contenders.map((contender) => ({
      shape,
      contender,
      key: `${shape.name}, ${contender.name}`,
    })),
  );
}

/** A row per shape; the last columns divide the first engine's median by each other's. */
export function scoreTable(title: string, scores: Scores): Table {
  const [first = '', ...others] = Object.keys(Object.values(scores)[0] ?? {});
  const rows = Object.entries(scores).map(([shape, values]) => [
    shape,
    ...Object.values(values),
    ...others.map((other) => `${formatFigure(ratio(scores, shape, [first, other]))}x`),
  ]);
  const head = ['', first, ...others, ...others.map((other) => `${first} : ${other}`)];
  return { title: `${title}: median (minimum–maximum)`, rows: [head, ...rows] };
}

/** The first engine's median divided by the second's. @throws Error when one has no score */
export function ratio(
  scores: Scores,
  shape: string,
  [first, second]: readonly [string, string],
): number {
  const middle = (name: string) => {
    const values = scores[shape]?.[name];
    if (values === undefined) throw new Error(`no score of ${name} in ${shape}`);
    return median(values);
  };
  return middle(first) / middle(second);
}

/** Warms up code and caches. @returns runs that take about `roundMs` */
export async function warmUp(
  contender: Contender,
  shape: NamedShape,
  roundMs: number,
): Promise<number> {
  let runs = Math.max(5, Math.ceil(500 / shape.shape.length));
  for (const share of [0.3, 0.5, 1]) {
    const ms = await contender.work(shape, runs);
    runs = Math.max(5, Math.round((runs / ms) * roundMs * share));
  }
  return Math.min(runs, Math.floor(MAX_STEPS / shape.shape.length));
}
