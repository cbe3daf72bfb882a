import { addPartition, DAY_MS } from '@aio/platform/partitions/add-partitions';
import { PARTITIONED_TABLES, readPartitions } from '@aio/platform/partitions/read-partitions';
import type { Pool } from '@aio/platform/pool';
import { earliestIdOf, timeOfId } from '@aio/platform/queries/id-times';

/**
 * Gives an empty database the partitions of one that has existed since `since`: the first partition now ends there,
 * and new ones reach to its former end.
 */
export async function layOut(pool: Pool, since: Date, widthMs: number): Promise<void> {
  const [first] = await readPartitions(pool);
  const until = timeOfId(first!.to!).getTime();
  const start = Math.floor(since.getTime() / DAY_MS) * DAY_MS;
  for (const table of PARTITIONED_TABLES)
    await pool.query({
      name: 'lay-out',
      text: `
        alter table ${table} detach partition ${table}_first;
        alter table ${table} attach partition ${table}_first
          for values from (minvalue) to ('${earliestIdOf(new Date(start))}')`,
      prepare: false,
    });
  for (let from = start; from < until; from += widthMs) {
    const to = Math.min(from + widthMs, until);
    const name = new Date(from).toISOString().slice(0, 10).replaceAll('-', '');
    for (const table of PARTITIONED_TABLES)
      await addPartition(pool, { table, name, from: new Date(from), to: new Date(to) });
  }
}
