import { setTimeout as sleep } from 'node:timers/promises';
import { median } from '../bed/quantile.ts';
import type { Contender, NamedShape } from './contenders/contender.ts';
import type { Meter } from './meter.ts';
import { formatFigure } from './report.ts';
import type { Sample } from './scores.ts';

export interface ContestOptions {
  rounds: number;
  meter: Meter;
  /** Prints progress. */
  say(line: string): void;
}

/** The first steps of a worker cost more CPU than later ones, because V8 has not compiled its code. */
export const WARM_UP_STEPS = 5000;

/** Target duration of a round of one engine with one shape. */
const ROUND_MS = 2000;

const MAX_STEPS = 200_000;
/** Per engine and shape. The pause lets work that follows a run's end finish. */
const IDLE = { uncounted: 3, runs: 10, pauseMs: 5 };

/** Each engine executes WARM_UP_STEPS steps, an equal share of each shape. */
export async function warmUp(
  contenders: readonly Contender[],
  shapes: readonly NamedShape[],
): Promise<void> {
  const share = WARM_UP_STEPS / shapes.length;
  for (const { shape, contender } of pair(contenders, shapes))
    await contender.work(shape, Math.ceil(share / shape.shape.length));
}

/**
 * Every engine executes every shape in every round. Their order alternates, so that other load on the machine hits
 * all of them. If a shape has no number of runs, each engine gets as many as it finishes in about `roundMs`, so that
 * start-up weighs the same.
 */
export async function holdContest(
  contenders: readonly Contender[],
  shapes: readonly NamedShape[],
  { rounds, meter, say }: ContestOptions,
  roundMs = ROUND_MS,
): Promise<Sample[]> {
  const samples: Sample[] = [];
  const runsOf = new Map<string, number>();
  for (const { shape, contender, key } of pair(contenders, shapes))
    runsOf.set(key, shape.runs ?? (await fillRound(contender, shape, roundMs)));
  for (let round = 1; round <= rounds; round++) {
    for (const { shape, contender, key } of pair(inTurn(contenders, round), shapes)) {
      const runs = runsOf.get(key) ?? 0;
      const steps = runs * shape.shape.length;
      const costsOf = await meter.start(contender.workerPids());
      const ms = await contender.work(shape, runs);
      const rate = (steps * 1000) / ms;
      const costs = await costsOf(steps);
      samples.push({ shape: shape.name, engine: contender.name, pace: [rate], costs });
      say(`round ${round}: ${key}: ${formatFigure(rate)}`);
    }
  }
  return samples;
}

/** Times single runs on an idle system; engines take turns. */
export async function timeIdleRuns(
  contenders: readonly Contender[],
  shapes: readonly NamedShape[],
  { rounds, meter, say }: ContestOptions,
): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (let round = 1; round <= rounds; round++) {
    for (const { shape, contender, key } of pair(inTurn(contenders, round), shapes)) {
      for (let run = 0; run < IDLE.uncounted; run++) await workAlone(contender, shape);
      const costsOf = await meter.start(contender.workerPids());
      const pace: number[] = [];
      for (let run = 0; run < IDLE.runs; run++) pace.push(await workAlone(contender, shape));
      const costs = await costsOf(IDLE.runs * shape.shape.length);
      samples.push({ shape: shape.name, engine: contender.name, pace, costs });
      say(`round ${round}: ${key}, one at a time: ${formatFigure(median(pace))}`);
    }
  }
  return samples;
}

async function workAlone(contender: Contender, shape: NamedShape): Promise<number> {
  await sleep(IDLE.pauseMs);
  return contender.work(shape, 1);
}

function inTurn(contenders: readonly Contender[], round: number): readonly Contender[] {
  return round % 2 === 1 ? contenders : contenders.toReversed();
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

/** @returns runs that take about `roundMs` */
export async function fillRound(
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
