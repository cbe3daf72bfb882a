import { addPartitions, DAY_MS } from '@aio/platform/partitions/add-partitions';
import { createPool } from '@aio/platform/pool';
import { layOut } from './lay-out.ts';
import { seed } from './seed.ts';

const PATIENT = { statementTimeoutMs: 1_800_000, queryTimeoutMs: 1_800_000 };

/** Stores runs of the last `days` days in an empty database, in partitions of `widthMs`. */
export async function fill(
  databaseUrl: string,
  { runs, days, widthMs }: { runs: number; days: number; widthMs: number },
  say: (line: string) => void,
): Promise<void> {
  const pool = createPool({ databaseUrl, applicationName: 'aio-growth', max: 2, ...PATIENT });
  try {
    const until = new Date(Date.now() - 60_000);
    const since = new Date(until.getTime() - days * DAY_MS);
    await layOut(pool, since, widthMs);
    await addPartitions(pool, widthMs);
    await seed(pool, { runs, since, until }, say);
  } finally {
    await pool.close();
  }
}
