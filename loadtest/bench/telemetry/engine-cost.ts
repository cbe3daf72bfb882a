import { median } from '../../lib/median.ts';
import { quantileOf } from '../../lib/quantile.ts';
import { type Bed, SHAPE, spend } from './bed.ts';

const ROUND_MS = 1500;
const RUNS_ALONE = 30;

export interface EngineRound {
  /** Steps, saturated. */
  perSecond: number;
  /** Milliseconds of a run of 50 steps, one at a time. */
  p99: number;
  /** Microseconds of the worker's CPU a step. */
  cpu: number;
  spans: number;
}

/** Warms up; @returns runs that take about `ROUND_MS` */
export async function findRuns(beds: readonly Bed[]): Promise<number> {
  let runs = 100;
  for (let turn = 0; turn < 3; turn++) {
    const times = [];
    for (const { engine } of beds) times.push(await engine.work(SHAPE, runs));
    runs = Math.round((runs / median(times)) * ROUND_MS);
  }
  return runs;
}

export async function measureEngine(bed: Bed, runs: number): Promise<EngineRound> {
  const { engine, system, drains } = bed;
  const [pid] = system.workerPids() as [number];
  const { result, cpuMs, spans } = await spend({ pid, drain: drains.worker }, () =>
    engine.work(SHAPE, runs),
  );
  const steps = runs * SHAPE.shape.length;
  const alone: number[] = [];
  for (let run = 0; run < RUNS_ALONE; run++) alone.push(await engine.work(SHAPE, 1));
  return {
    perSecond: (steps * 1000) / result,
    p99: quantileOf(alone, 0.99),
    cpu: (cpuMs * 1000) / steps,
    spans: spans / steps,
  };
}
