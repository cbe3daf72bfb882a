import { median } from '../lib/median.ts';
import type { Contender, NamedShape } from './contenders/contender.ts';
import { readCpuMs } from './measure/process-cpu.ts';

export interface Score {
  shape: string;
  contender: string;
  /** Runs of one round. */
  runs: number;
  /** Of each round. */
  stepsPerSecond: number[];
  /** CPU of the worker processes, in microseconds a step, of each round. */
  cpuPerStep: number[];
}

export interface ContestOptions {
  rounds: number;
  /** What a round of one contender and shape should take. */
  roundMs: number;
  say: (line: string) => void;
}

/** Most steps in a round. */
const MAX_STEPS = 200_000;

/**
 * Every contender works off every shape in every round, and who begins alternates: what else the
 * machine does meanwhile hits all alike. A contender gets as many runs as take it about `roundMs`,
 * so that beginning and end weigh the same for all.
 */
export async function holdContest(
  contenders: readonly Contender[],
  shapes: readonly NamedShape[],
  options: ContestOptions,
): Promise<Score[]> {
  const { rounds, say } = options;
  const scores: Score[] = [];
  for (const shape of shapes) {
    for (const contender of contenders) {
      const runs = await warmUp(contender, shape, options);
      const names = { shape: shape.name, contender: contender.name };
      scores.push({ ...names, runs, stepsPerSecond: [], cpuPerStep: [] });
    }
  }
  for (let round = 1; round <= rounds; round++) {
    for (const shape of shapes) {
      for (const contender of round % 2 === 0 ? contenders : contenders.toReversed()) {
        const score = findScore(scores, shape.name, contender.name);
        const steps = score.runs * shape.shape.length;
        const cpuBefore = readCpuMs(contender.workerPids());
        const ms = await contender.work(shape, score.runs);
        const cpuMs = readCpuMs(contender.workerPids()) - cpuBefore;
        score.stepsPerSecond.push((steps * 1000) / ms);
        score.cpuPerStep.push((cpuMs * 1000) / steps);
        say(
          `round ${round}: ${shape.name}, ${contender.name}: ${Math.round((steps * 1000) / ms)} steps/s`,
        );
      }
    }
  }
  return scores;
}

/** Warms up code and caches; @returns the runs of a round, by the rate that was reached */
async function warmUp(
  contender: Contender,
  shape: NamedShape,
  { roundMs }: ContestOptions,
): Promise<number> {
  let runs = Math.max(5, Math.ceil(500 / shape.shape.length));
  for (const share of [0.3, 0.5, 1]) {
    const ms = await contender.work(shape, runs);
    runs = Math.max(5, Math.round((runs / ms) * roundMs * share));
  }
  return Math.min(runs, Math.floor(MAX_STEPS / shape.shape.length));
}

/** @throws Error when there is none */
export function findScore(scores: readonly Score[], shape: string, contender: string): Score {
  const score = scores.find((one) => one.shape === shape && one.contender === contender);
  if (score === undefined) throw new Error(`no score of ${contender} in ${shape}`);
  return score;
}

/** How often the first contender's median holds the second's. */
export function ratio(
  scores: readonly Score[],
  figure: 'stepsPerSecond' | 'cpuPerStep',
  [shape, first, second]: readonly [shape: string, first: string, second: string],
): number {
  return (
    median(findScore(scores, shape, first)[figure]) /
    median(findScore(scores, shape, second)[figure])
  );
}
