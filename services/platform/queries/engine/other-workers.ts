import type { Queryable } from '../../queryable.ts';

/** A worker beside this one that was heard of just now. */
export interface OtherWorker {
  id: string;
  slots: number;
  /** Of the steps that it takes. */
  kinds: readonly string[];
}

export async function readOtherWorkers(db: Queryable, workerId: string): Promise<OtherWorker[]> {
  const { rows } = await db.query({
    name: 'read-other-workers',
    text: `
      select id, slots, kinds from workers
      where id <> $1 and state = 'running' and heartbeat_at > now() - interval '5 seconds'`,
    values: [workerId],
  });
  return rows.map(({ id, slots, kinds }) => ({ id, slots, kinds }));
}
