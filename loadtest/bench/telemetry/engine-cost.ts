import { median } from '../../lib/median.ts';
import { quantileOf } from '../../lib/quantile.ts';
import { readCpuMs } from '../measure/process-cpu.ts';
import { type Bed, inTurn, SHAPE, startMeter } from './bed.ts';

/**
 * The same work takes half as much CPU again in one second as in another, where caches and clock rates are shared
 * with other machines. What is to be told apart is a tenth of it: many turns, so short that all have the same weather.
 */
const TURN_MS = 200;
export const TURNS = 10;
const WARM_UP_MS = 1500;
const RUNS_ALONE = 30;

export interface EngineRound {
  /** Steps, saturated. */
  perSecond: number;
  /** Milliseconds of a run of 50 steps, one at a time. */
  p99: number;
  /** Microseconds of the worker's CPU a step, the export of its spans included. */
  cpu: number;
  /**
   * The same of its own turns alone. While the others have theirs, metrics take 0.5 % of a core: they watch the
   * event loop. That is nothing that a step costs, and was a third of what metrics seemed to.
   */
  cpuOfTurns: number;
  spans: number;
}

/** Warms up; @returns runs that take about `TURN_MS` */
export async function findRuns(beds: readonly Bed[]): Promise<number> {
  let runs = 100;
  for (let turn = 0; turn < 3; turn++) {
    const times = [];
    for (const { engine } of beds) times.push(await engine.work(SHAPE, runs));
    runs = Math.round((runs / median(times)) * WARM_UP_MS);
  }
  return Math.round((runs * TURN_MS) / WARM_UP_MS);
}

/**
 * One round of all of them, with new workers: each process has its luck with memory, and with what Node.js makes of
 * its code, of two microseconds a step, and keeps it. @returns theirs, in the order of the beds
 */
export async function measureEngines(
  beds: readonly Bed[],
  { runs, round }: { runs: number; round: number },
): Promise<EngineRound[]> {
  await renewWorkers(beds, Math.round((runs * WARM_UP_MS) / TURN_MS));
  const meters = beds.map(({ system, drains }) => {
    const [pid] = system.workerPids() as [number];
    return startMeter({ pid, drain: drains.worker });
  });
  const turns = new Map(beds.map((bed) => [bed, { ms: 0, cpuMs: 0 }]));
  for (let turn = 0; turn < TURNS; turn++) {
    for (const bed of inTurn(beds, round * TURNS + turn)) {
      const ofBed = turns.get(bed)!;
      const cpuBefore = readCpuMs(bed.system.workerPids());
      ofBed.ms += await bed.engine.work(SHAPE, runs);
      ofBed.cpuMs += readCpuMs(bed.system.workerPids()) - cpuBefore;
    }
  }
  const spent = await Promise.all(meters.map((stop) => stop()));
  const steps = TURNS * runs * SHAPE.shape.length;
  const measured: EngineRound[] = [];
  for (const [index, bed] of beds.entries()) {
    const { cpuMs, spans } = spent[index]!;
    const ofTurns = turns.get(bed)!;
    measured.push({
      perSecond: (steps * 1000) / ofTurns.ms,
      p99: await measureAlone(bed),
      cpu: (cpuMs * 1000) / steps,
      cpuOfTurns: (ofTurns.cpuMs * 1000) / steps,
      spans: spans / steps,
    });
  }
  return measured;
}

async function renewWorkers(beds: readonly Bed[], warmUpRuns: number): Promise<void> {
  for (const workers of [0, 1])
    await Promise.all(beds.map(({ system }) => system.setWorkers(workers)));
  for (let turn = 0; turn < 2; turn++) {
    for (const { engine } of beds) await engine.work(SHAPE, warmUpRuns);
  }
}

async function measureAlone({ engine }: Bed): Promise<number> {
  const alone: number[] = [];
  for (let run = 0; run < RUNS_ALONE; run++) alone.push(await engine.work(SHAPE, 1));
  return quantileOf(alone, 0.99);
}
