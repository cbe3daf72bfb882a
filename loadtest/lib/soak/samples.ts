import type { Redis } from 'ioredis';
import type { Bed } from '../drill/bed.ts';
import { memoryMb } from '../drill/memory.ts';
import { startLoop } from '../loop.ts';
import { readMetric } from '../read-metric.ts';

/** A series of one thing over time: hours since the start, and its value. */
export type Series = (readonly [hours: number, value: number])[];

export interface Samples {
  /** Resident memory in MB, by process, right after a garbage collection. */
  memory: ReadonlyMap<string, Series>;
  /** Objects in the heap of V8 in MB, right after a garbage collection. */
  heap: ReadonlyMap<string, Series>;
  /** Open connections of the product, by server. */
  connections: ReadonlyMap<string, Series>;
  stop(): Promise<void>;
}

const EVERY_MS = 15_000;

/**
 * Samples of processes follow a garbage collection: before it, garbage hides what the process keeps.
 * @param nodes the Redis server, or the nodes of a cluster, whose connections are summed
 */
export function takeSamples(bed: Bed, nodes: readonly Redis[]): Samples {
  const memory = new Map<string, Series>();
  const heap = new Map<string, Series>();
  const connections = new Map<string, Series>();
  const startedAt = performance.now();

  function add(to: Map<string, Series>, name: string, value: number): void {
    const series = to.get(name) ?? [];
    to.set(name, series);
    series.push([(performance.now() - startedAt) / 3_600_000, value]);
  }

  async function sample(): Promise<void> {
    const processes = [...bed.system.apis, ...bed.system.workers];
    await Promise.all(processes.map(({ metricsUrl }) => collectGarbage(metricsUrl)));
    for (const { name, pid, metricsUrl } of processes) {
      add(memory, name, memoryMb(pid));
      add(heap, name, (await readMetric(metricsUrl, 'nodejs_heap_size_used_bytes')) / 2 ** 20);
    }
    const { rows } = await bed.db.query<{ count: number }>(
      `select count(*)::int as count from pg_stat_activity where application_name like 'aio-%'`,
    );
    add(connections, 'PostgreSQL', rows[0]?.count ?? 0);
    const clients = await Promise.all(nodes.map(countClients));
    add(
      connections,
      'Redis',
      clients.reduce((sum, count) => sum + count, 0),
    );
  }

  return { memory, heap, connections, ...startLoop(EVERY_MS, sample) };
}

/** V8 collects garbage before it returns a heap profile. */
async function collectGarbage(metricsUrl: string): Promise<void> {
  const url = new URL('/profile/heap?seconds=1', metricsUrl);
  const response = await fetch(url, { method: 'POST' });
  const text = await response.text();
  if (!response.ok) throw new Error(`POST ${url.href} answered ${response.status}: ${text}`);
}

/** Connections without the one that asks. */
async function countClients(node: Redis): Promise<number> {
  const [, count] = /connected_clients:(\d+)/.exec(await node.info('clients')) ?? [];
  return Number(count) - 1;
}
