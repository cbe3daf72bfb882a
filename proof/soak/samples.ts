import type { Redis } from 'ioredis';
import type { Bed } from '../bed/bed.ts';
import { memoryMb } from '../bed/memory.ts';
import { countRows } from '../oracles/rows.ts';
import { collectGarbage, readHeapBytes } from '@aio/tools/system/heap';
import { startLoop } from '../bed/loop.ts';

/** Values over time, in hours since the start. */
export type Series = (readonly [hours: number, value: number])[];

export type Samples = ReturnType<typeof takeSamples>;

/**
 * Takes samples, each right after a garbage collection, because garbage would hide a leak.
 * @param nodes the Redis server or all nodes of a cluster; the sample sums their connections
 */
export function takeSamples(bed: Bed, nodes: readonly Redis[], everyMs: number) {
  /** Resident memory in MB, by process. */
  const memory = new Map<string, Series>();
  /** Kept objects of V8's heap in MB, by process. */
  const heap = new Map<string, Series>();
  /** Open connections of AIO, by server. */
  const connections = new Map<string, Series>();
  const startedAt = performance.now();

  function add(to: Map<string, Series>, name: string, value: number): void {
    const series = to.get(name) ?? [];
    to.set(name, series);
    series.push([(performance.now() - startedAt) / 3_600_000, value]);
  }

  async function sample(): Promise<void> {
    const processes = [...bed.system.apis, ...bed.system.workers];
    const readings = processes.map(async ({ name, pid, metricsUrl }) => {
      await collectGarbage(metricsUrl);
      add(heap, name, (await readHeapBytes(metricsUrl)) / 2 ** 20);
      add(memory, name, memoryMb(pid));
    });
    await Promise.all(readings);
    const sessions = `pg_stat_activity where application_name like 'aio-%'`;
    add(connections, 'PostgreSQL', await countRows(bed.db, sessions));
    const clients = await Promise.all(nodes.map(countClients));
    add(
      connections,
      'Redis',
      clients.reduce((sum, count) => sum + count, 0),
    );
  }

  return { memory, heap, connections, ...startLoop(everyMs, sample) };
}

/** Number of connections, except our own. */
async function countClients(node: Redis): Promise<number> {
  const [, count] = /connected_clients:(\d+)/.exec(await node.info('clients')) ?? [];
  return Number(count) - 1;
}
