import type { Queryable } from '../../postgres/queryable.ts';
import { SILENCE_SECONDS } from './served-kinds.ts';

/** How long a lost worker is listed after its last heartbeat. */
const LISTED_FOR = '2 minutes';
/** How long it is counted: longer, because an alert looks back an hour. */
const FORGET_AFTER = '1 hour';

export interface WorkerReport {
  id: string;
  host: string;
  pid: number;
  version: string;
  kinds: readonly string[];
  /** Slots by lane; `slots` is their sum. */
  lanes: Readonly<Record<string, number>>;
  /** Runs (`default`) and steps that it started within the last minute, by lane. */
  begun: Readonly<Record<string, number>>;
  slots: number;
  slotsUsed: number;
  runsHeld: number;
  state: 'running' | 'draining';
  /** Duration of its lease from now. */
  leaseMs: number;
}

export interface WorkerEntry extends Omit<WorkerReport, 'state' | 'begun' | 'leaseMs'> {
  /** `lost` = no heartbeat for 15 s by the database's clock. Other workers take over its runs. */
  state: WorkerReport['state'] | 'lost';
  startedAt: Date;
  heartbeatAt: Date;
  /** false = it is lost. */
  alive: boolean;
}

/** Reports the worker and its load; deletes workers that have been lost for an hour. */
export async function reportWorker(db: Queryable, worker: WorkerReport): Promise<void> {
  await db.query({
    name: 'report-worker',
    text: `
      with forgotten as (
        delete from workers where heartbeat_at < now() - interval '${FORGET_AFTER}'
      )
      insert into workers as w (id, host, pid, version, kinds, slots, slots_used, runs_held, state, lanes, leased_until, begun)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, now() + $11 * interval '1 millisecond', $12)
      on conflict (id) do update set
        slots_used = excluded.slots_used,
        runs_held = excluded.runs_held,
        state = excluded.state,
        heartbeat_at = now(),
        leased_until = excluded.leased_until,
        begun = excluded.begun`,
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
      JSON.stringify(worker.lanes),
      worker.leaseMs,
      JSON.stringify(worker.begun),
    ],
  });
}

/** Removes a worker that stopped in order. */
export async function removeWorker(db: Queryable, id: string): Promise<void> {
  await db.query({
    name: 'remove-worker',
    text: 'delete from workers where id = $1',
    values: [id],
  });
}

/** Counts silent workers that did not stop in order: they were killed, or hang. */
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

/** A fleet has fewer. */
export const MOST_LISTED = 1000;

export async function listWorkers(db: Queryable): Promise<WorkerEntry[]> {
  const { rows } = await db.query({
    name: 'list-workers',
    text: `
      select id, host, pid, version, kinds, lanes, slots,
        started_at as "startedAt", heartbeat_at as "heartbeatAt", alive,
        case when alive then slots_used else 0 end as "slotsUsed",
        case when alive then runs_held else 0 end as "runsHeld",
        case when alive then state else 'lost' end as state
      from workers cross join lateral (
        select heartbeat_at > now() - interval '${SILENCE_SECONDS} seconds' as alive
      ) as heard
      where heartbeat_at > now() - interval '${LISTED_FOR}'
      order by started_at, id limit ${MOST_LISTED}`,
  });
  return rows;
}
