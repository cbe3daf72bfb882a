import { startTcpPath } from '@aio/platform/testing/tcp-path';
import { findFreePort } from '@aio/tools/process/free-port';
import { startHttpServer } from '@aio/tools/testing/http-server';
import { cpuSeconds } from '@aio/tools/system/cpu-time';
import type { Bed } from './bed.ts';
import { memoryMb } from './memory.ts';
import { type RateLoss, compareDurations } from './rates.ts';

/** How the trace collector behaves, as states of the path to it. */
const MODES = { well: 'open', refused: 'refused', slow: 'open', silent: 'cut' } as const;

export type CollectorMode = keyof typeof MODES;
export type Collector = Awaited<ReturnType<typeof startCollector>>;

const SLOW_MS = 2000;

/** Receives spans over OTLP/HTTP and discards them. */
export async function startCollector() {
  const server = await startHttpServer((request, response) => {
    request.resume();
    request.once('end', () => {
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  const path = await startTcpPath(server.url, await findFreePort());
  return {
    url: `http://127.0.0.1:${path.port}`,
    async set(mode: CollectorMode): Promise<void> {
      // Breaks open connections, so that clients reconnect and get the new mode.
      await path.set('refused');
      path.slow(mode === 'slow' ? SLOW_MS / 2 : 0);
      await path.set(MODES[mode]);
    },
    async close(): Promise<void> {
      await path.close();
      await server.close();
    },
  };
}

/** Stops early when all margins of time, or all of CPU, are at most this. */
const CLEAR_MARGIN = 0.01;

/** Cost of a fixed amount of work. */
interface Slice {
  /** From the first submission to the end of the last run, in ms. */
  wallMs: number;
  /** CPU of the API and the workers, in seconds. */
  cpuSeconds: number;
  /** Largest resident memory of a worker at the end. */
  memoryMb: number;
}

export async function measureSlice(bed: Bed, workflow: string, runs: number): Promise<Slice> {
  const pids = [...bed.system.workers, ...bed.system.apis].map(({ pid }) => pid);
  const used = () => pids.reduce((sum, pid) => sum + cpuSeconds(pid), 0);
  const before = used();
  const startedAt = performance.now();
  await bed.submitMany(workflow, runs);
  await bed.settle();
  return {
    wallMs: performance.now() - startedAt,
    cpuSeconds: used() - before,
    memoryMb: Math.max(...bed.system.workers.map(({ pid }) => memoryMb(pid))),
  };
}

export interface Comparison {
  mode: CollectorMode;
  time: RateLoss;
  cpu: RateLoss;
}

/**
 * Measures the same work with and without the collector. Each slice without it lies between two with it, so that
 * other load on the machine affects both alike.
 */
export async function compareSlices(
  measure: (mode: CollectorMode) => Promise<Slice>,
  [least, most]: readonly [least: number, most: number],
  progress: (what: string) => void,
): Promise<{ comparisons: Comparison[]; memoryMb: { well: number; away: number } }> {
  const away = ['refused', 'slow', 'silent'] as const;
  const pairs = new Map(away.map((mode) => [mode, [] as (readonly [Slice, Slice])[]]));
  /** Largest resident memory of a worker with the collector, and without. */
  const memory = { well: 0, away: 0 };
  const compare = (): Comparison[] =>
    [...pairs].map(([mode, slices]) => ({
      mode,
      time: compareDurations(slices.map(([well, away]) => [well.wallMs, away.wallMs])),
      cpu: compareDurations(slices.map(([well, away]) => [well.cpuSeconds, away.cpuSeconds])),
    }));
  let well = await measure('well');
  for (let round = 1; round <= most; round++) {
    progress(`round ${round}`);
    for (const [mode, slices] of pairs) {
      const away = await measure(mode);
      const after = await measure('well');
      slices.push([mean(well, after), away]);
      memory.well = Math.max(memory.well, after.memoryMb);
      memory.away = Math.max(memory.away, away.memoryMb);
      well = after;
    }
    const comparisons = compare();
    const isClear = (by: 'time' | 'cpu') =>
      comparisons.every((comparison) => comparison[by].margin <= CLEAR_MARGIN);
    if (round >= least && (isClear('time') || isClear('cpu'))) break;
  }
  return { comparisons: compare(), memoryMb: memory };
}

function mean(one: Slice, other: Slice): Slice {
  return {
    wallMs: (one.wallMs + other.wallMs) / 2,
    cpuSeconds: (one.cpuSeconds + other.cpuSeconds) / 2,
    memoryMb: Math.max(one.memoryMb, other.memoryMb),
  };
}
