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
 * The oldest event goes to the step that has waited longest, and each event to one step, once.
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
        select id, name, key, owner from events
        where name = wanted.name and key = wanted.key and (owner = wanted.owner or owner is null)
          and taken_at is null and expires_at > now()
        order by id limit 1
      ) as e
      where ${HAS_WAITER}`,
    values: [ofEvents ? scope.eventIds : scope.runIds],
  });
  return rows.map(({ id }) => id);
}

const MATCHES = 'w.name = e.name and w.key = e.key and (w.owner = e.owner or e.owner is null)';
const HAS_WAITER = `exists (select from event_waits w where ${MATCHES})`;

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
        select w.run_id from events e cross join lateral (
          select run_id from event_waits w where ${MATCHES} order by created_at, run_id limit 1
        ) as w
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
  with pair as (
    select distinct on (w.run_id, w.step, w.iteration) w.run_id, w.step, w.iteration, e.id as event_id
    from events e cross join lateral (
      select run_id, step, iteration from event_waits w
      where ${MATCHES} and run_id = any($2::uuid[])
      order by created_at, run_id, step, iteration limit 1
    ) as w
    where e.id = any($1::uuid[])
    order by w.run_id, w.step, w.iteration, e.id
  ), wait as (
    delete from event_waits w using pair p, runs r
    where w.run_id = p.run_id and w.step = p.step and w.iteration = p.iteration and r.id = w.run_id
    returning w.run_id, w.step, w.iteration, p.event_id, r.finished_at is null as open
  ), taken as (
    update events e set taken_at = now(), taken_by =
      json_build_object('runId', run_id, 'step', step, 'iteration', nullif(iteration, -1))
    from wait where e.id = wait.event_id and open
    returning run_id, step, iteration, e.id, e.name, e.key, e.payload, e.traceparent, e.created_at
  ), message as (
    insert into run_messages (run_id, type, step, iteration, body, output, traceparent)
    select run_id, 'event', step, iteration,
      json_build_object(
        'eventId', id, 'name', name, 'key', key,
        'receivedAt', to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')),
      payload, traceparent
    from taken
  )
  update runs r set ${MARK_CHANGED} where id in (select run_id from taken)
  returning ${CHANGED_RUN}`;
