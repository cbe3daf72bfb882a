import type { Queryable } from '../queryable.ts';
import { SILENCE_SECONDS } from './served-kinds.ts';

/** How long dead workers stay in the list. */
const FORGET_AFTER = '1 hour';

export interface WorkerReport {
  id: string;
  host: string;
  pid: number;
  version: string;
  kinds: readonly string[];
  slots: number;
  slotsUsed: number;
  runsHeld: number;
  state: 'running' | 'draining';
  metricsUrl: string | null;
}

export interface WorkerEntry extends WorkerReport {
  startedAt: Date;
  heartbeatAt: Date;
  /** Heard of within the last 15 s, by the database's clock. */
  alive: boolean;
}

/** Tells that the worker is there and what it is busy with; forgets those long dead. */
export async function reportWorker(db: Queryable, worker: WorkerReport): Promise<void> {
  await db.query({
    name: 'report-worker',
    text: `
      with forgotten as (
        delete from workers where heartbeat_at < now() - interval '${FORGET_AFTER}'
      )
      insert into workers as w (id, host, pid, version, kinds, slots, slots_used, runs_held, state, metrics_url)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
      on conflict (id) do update set
        slots_used = excluded.slots_used,
        runs_held = excluded.runs_held,
        state = excluded.state,
        heartbeat_at = now()`,
    values: [
      worker.id,
      worker.host,
      worker.pid,
      worker.version,
      worker.kinds,
      worker.slots,
      worker.slotsUsed,
      worker.runsHeld,
      worker.state,
      worker.metricsUrl,
    ],
  });
}

/** A worker that stopped in order leaves the list. */
export async function removeWorker(db: Queryable, id: string): Promise<void> {
  await db.query({
    name: 'remove-worker',
    text: 'delete from workers where id = $1',
    values: [id],
  });
}

/** Workers that are silent and did not leave the list: they were killed, or hang. */
export async function countLostWorkers(db: Queryable): Promise<number> {
  const { rows } = await db.query({
    name: 'count-lost-workers',
    text: `
      select count(*)::int as lost from workers
      where heartbeat_at <= now() - interval '${SILENCE_SECONDS} seconds'
        and heartbeat_at >= now() - interval '${FORGET_AFTER}'`,
  });
  return rows[0].lost;
}

export async function listWorkers(db: Queryable): Promise<WorkerEntry[]> {
  const { rows } = await db.query({
    name: 'list-workers',
    text: `
      select id, host, pid, version, kinds, slots, slots_used as "slotsUsed", runs_held as "runsHeld",
        state, metrics_url as "metricsUrl", started_at as "startedAt", heartbeat_at as "heartbeatAt",
        heartbeat_at > now() - interval '${SILENCE_SECONDS} seconds' as alive
      from workers order by started_at, id`,
  });
  return rows;
}
