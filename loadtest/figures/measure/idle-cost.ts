import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readCpuMs, readRssMb } from '../../bench/measure/process-cpu.ts';
import { median } from '../../lib/median.ts';
import { openInspector } from '../../bench/profile/inspector.ts';
import type { System } from '../../lib/system.ts';
import { type Scrape, scrape, sumBy, sumOf } from '../lib/scrape.ts';

const SETTLE_MS = 5_000;
const TURNS = 5;
const TURN_MS = 2_000;
const OVER_MS = TURNS * TURN_MS;
const QUERIES = 'aio_database_query_duration_seconds';

/** What all workers together take while nothing moves. */
export interface IdleCost {
  heapMb: number;
  rssMb: number;
  runsHeld: number;
  slotsUsed: number;
  /** In BullMQ, in any state. */
  jobs: number;
  /** Milliseconds a second, in the middle one of the turns: a collection of garbage falls into one of them. */
  cpuMs: number;
  queriesPerSecond: number;
  /** Mean of a query, in milliseconds. */
  queryMs: number;
  /** A line for each query. */
  queries: string[];
}

/** Over ten seconds, after the garbage of what has just happened is collected. */
export async function measureIdleCost(system: System, dataDir: string): Promise<IdleCost> {
  await sleep(SETTLE_MS);
  for (const worker of system.workers) await collectGarbage(worker.pid, dataDir, worker.name);
  const pids = system.workers.map(({ pid }) => pid);
  const before = await scrapeWorkers(system);
  const cpuMs: number[] = [];
  for (let turn = 0; turn < TURNS; turn++) {
    const cpuBefore = readCpuMs(pids);
    await sleep(TURN_MS);
    cpuMs.push(((readCpuMs(pids) - cpuBefore) * 1000) / TURN_MS);
  }
  const after = await scrapeWorkers(system);
  const queries = compareQueries(before, after);
  const count = queries.reduce((sum, query) => sum + query.count, 0);
  const totalMs = queries.reduce((sum, query) => sum + query.totalMs, 0);
  return {
    heapMb: sumOf(before, 'nodejs_heap_size_used_bytes') / 1e6,
    rssMb: pids.reduce((sum, pid) => sum + readRssMb(pid), 0),
    runsHeld: sumOf(after, 'aio_worker_runs_held'),
    slotsUsed: sumOf(after, 'aio_worker_slots{state="used"}'),
    jobs: sumOf([await scrape(system.metricsUrl)], 'aio_queue_jobs'),
    cpuMs: median(cpuMs),
    queriesPerSecond: (count * 1000) / OVER_MS,
    queryMs: totalMs / count,
    queries: queries.map(({ name, count, totalMs }) => {
      const rate = ((count * 1000) / OVER_MS).toFixed(1);
      return `${name}: ${rate} a second, ${(totalMs / count).toFixed(2)} ms each`;
    }),
  };
}

function scrapeWorkers({ workers }: System): Promise<Scrape[]> {
  return Promise.all(workers.map(({ metricsUrl }) => scrape(metricsUrl)));
}

/** Twice: what a first collection finalizes, the second one frees. */
async function collectGarbage(pid: number, dataDir: string, name: string): Promise<void> {
  const inspector = await openInspector(pid, join(dataDir, `logs/${name}.log`));
  await inspector.send('HeapProfiler.collectGarbage');
  await inspector.send('HeapProfiler.collectGarbage');
  inspector.close();
}

function compareQueries(before: readonly Scrape[], after: readonly Scrape[]) {
  const countsBefore = sumBy(before, `${QUERIES}_count`, 'query');
  const sumsBefore = sumBy(before, `${QUERIES}_sum`, 'query');
  const sums = sumBy(after, `${QUERIES}_sum`, 'query');
  return [...sumBy(after, `${QUERIES}_count`, 'query')]
    .map(([name, count]) => ({
      name,
      count: count - (countsBefore.get(name) ?? 0),
      totalMs: ((sums.get(name) ?? 0) - (sumsBefore.get(name) ?? 0)) * 1000,
    }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count);
}
