import type { ChangedRun } from '@aio/core/run/storage';
import type { Pool } from '../../postgres/pool.ts';
import type { Queryable } from '../../postgres/queryable.ts';
import { inTransaction } from '../../postgres/transaction.ts';
import { CHANGED_RUN, MARK_CHANGED, toChangedRun } from '../runs/changed-run.ts';

/** Scope of a delivery: new events, runs that started to wait, or up to `all` events. */
export type DeliveryScope =
  | { eventIds: readonly string[] }
  | { runIds: readonly string[] }
  | { all: number };

/**
 * Delivers kept events to the steps that wait for their name and key. Call it after the commit of an event or a wait.
 * `all` makes up for processes that died before this call.
 *
 * An event goes to every step that waits at that moment, and to none later. A step gets the oldest event only. Each
 * unfinished run gets a message.
 * @returns runs with a new message: announce them
 */
export async function deliverEvents(pool: Pool, scope: DeliveryScope): Promise<ChangedRun[]> {
  const reached = new Map<string, ChangedRun>();
  // Repeat until there is nothing: another process may have taken an event that we found, and left the next event
  // of this name and key to us.
  for (;;) {
    const candidates = await findCandidates(pool, scope);
    if (candidates.length === 0) return [...reached.values()];
    for (const run of await inTransaction(pool, (db) => deliver(db, candidates)))
      reached.set(run.runId, run);
    if ('all' in scope) return [...reached.values()];
  }
}

/** The oldest kept event of each name and key in the scope, if a step waits for it. */
async function findCandidates(db: Queryable, scope: DeliveryScope): Promise<string[]> {
  if ('all' in scope) {
    const { rows } = await db.query({
      name: 'find-deliverable-events',
      text: `
        select distinct on (name, key, owner) id from events e
        where taken_at is null and expires_at > now() and ${HAS_WAITER}
        order by name, key, owner, id limit $1`,
      values: [scope.all],
    });
    return rows.map(({ id }) => id);
  }
  const ofEvents = 'eventIds' in scope;
  const { rows } = await db.query({
    name: ofEvents ? 'find-events-to-deliver' : 'find-events-for-runs',
    text: `
      select e.id
      from (
        select distinct name, key, owner
        from ${ofEvents ? 'events where id' : 'event_waits where run_id'} = any($1::uuid[])
      ) as wanted cross join lateral (
        select id, name, key, owner, for_all from events
        where name = wanted.name and key = wanted.key and (owner = wanted.owner or for_all)
          and taken_at is null and expires_at > now()
        order by id limit 1
      ) as e
      where ${HAS_WAITER}`,
    values: [ofEvents ? scope.eventIds : scope.runIds],
  });
  return rows.map(({ id }) => id);
}

const HAS_WAITER = `exists (
  select from event_waits w where w.name = e.name and w.key = e.key and (w.owner = e.owner or e.for_all))`;

/** Locks events before runs, and both in the order of their ids, so two calls cannot deadlock. */
async function deliver(db: Queryable, eventIds: readonly string[]): Promise<ChangedRun[]> {
  const events = await db.query({
    name: 'lock-events',
    text: `
      select id from events
      where id = any($1::uuid[]) and taken_at is null and expires_at > now()
      order by id for update`,
    values: [eventIds],
  });
  const ids = events.rows.map(({ id }) => id);
  if (ids.length === 0) return [];
  const runs = await db.query({
    name: 'lock-runs-that-wait',
    text: `
      select id from runs
      where id in (
        select w.run_id from event_waits w join events e
          on e.name = w.name and e.key = w.key and (e.owner = w.owner or e.for_all)
        where e.id = any($1::uuid[])
      )
      order by id for no key update`,
    values: [ids],
  });
  // A separate statement, to see what was committed while the locks were awaited.
  const { rows } = await db.query({
    name: 'deliver-events',
    text: DELIVER_EVENTS,
    values: [ids, runs.rows.map(({ id }) => id)],
  });
  return rows.map(toChangedRun);
}

// The deleted wait decides who gets an event: its step may have ended while the run was locked.
const DELIVER_EVENTS = `
  with event as (
    select distinct on (name, key, owner) id, name, key, owner, for_all, payload, traceparent, created_at
    from events where id = any($1::uuid[])
    order by name, key, owner, id
  ), wait as (
    delete from event_waits w using event e, runs r
    where w.name = e.name and w.key = e.key and (w.owner = e.owner or e.for_all)
      and w.run_id = any($2::uuid[]) and r.id = w.run_id
    returning w.run_id, w.step, w.iteration, e.id as event_id, r.finished_at is null as open
  ), taker as (
    select run_id, step, iteration, event_id,
      row_number() over (partition by event_id order by run_id, step, iteration) as nth
    from wait where open
  ), message as (
    insert into run_messages (run_id, type, step, iteration, body, output, traceparent)
    select t.run_id, 'event', t.step, t.iteration,
      json_build_object(
        'eventId', e.id, 'name', e.name, 'key', e.key,
        'receivedAt', to_char(e.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')),
      e.payload, e.traceparent
    from taker t join event e on e.id = t.event_id
  ), changed as (
    update runs r set ${MARK_CHANGED}
    where id in (select run_id from taker)
    returning ${CHANGED_RUN}
  ), taken as (
    -- From here on it is only remembered.
    update events set taken_at = now(), expires_at = now(), deliveries = t.deliveries, reached = t.reached
    from (
      select event_id, count(*) as deliveries,
        json_agg(json_build_object('runId', run_id, 'step', step, 'iteration', nullif(iteration, -1))
          order by nth) filter (where nth <= 100) as reached
      from taker group by event_id
    ) as t
    where events.id = t.event_id
  )
  select * from changed`;
