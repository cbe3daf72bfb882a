import type { Queryable } from '../../queryable.ts';

/**
 * Lets go of a run that has nothing left but waiting. It fails (false) when somebody changed the run
 * since the holder last looked, or took it: then the holder looks again instead of sleeping on it.
 */
export async function parkRun(
  db: Queryable,
  park: {
    runId: string;
    epoch: number;
    signal: number;
    /** When a worker is wanted, in milliseconds since 1970; null = only a signal wakes it. */
    dueAt: number | null;
  },
): Promise<boolean> {
  const { rowCount } = await db.query({
    name: 'park-run',
    text: `
      update runs set
        status = 'waiting',
        fruitless_takeovers = 0,
        worker_id = null,
        leased_until = null,
        wanted_at = least(to_timestamp($4::float8 / 1000), deadline_at)
      where id = $1 and epoch = $2 and signal = $3 and finished_at is null`,
    values: [park.runId, park.epoch, park.signal, park.dueAt],
  });
  return rowCount === 1;
}
