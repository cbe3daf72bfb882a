import type { ChangedRun } from '@aio/core/run/storage';
import type { Queryable } from '../../postgres/queryable.ts';
import { CHANGED_RUN, MARK_CHANGED, toChangedRun } from './changed-run.ts';

/**
 * Writes a message to the parent of each ended child run, once. The code that ends a run calls this afterwards; the
 * reconciler does it for processes that died.
 * @param ids only these child runs; null = all
 * @returns the parents: announce them
 */
export async function tellParents(
  db: Queryable,
  options: { ids: readonly string[] | null; limit: number },
): Promise<ChangedRun[]> {
  const { rows } = await db.query({
    name: options.ids ? 'tell-parents-of' : 'tell-parents',
    text: TELL_PARENTS(options.ids ? 'and id = any ($2::uuid[])' : ''),
    values: options.ids ? [options.limit, options.ids] : [options.limit],
  });
  return rows.map(toChangedRun);
}

const TELL_PARENTS = (restriction: string) => `
  with child as (
    select id, parent_run_id, parent_step, parent_iteration, parent_attempt, status, error, output, finished_at
    from runs
    where parent_run_id is not null and finished_at is not null and not parent_told ${restriction}
    order by id limit $1 for no key update skip locked
  ), parent as (
    select id from runs
    where id in (select parent_run_id from child) and finished_at is null
    order by id for no key update
  ), message as (
    insert into run_messages (run_id, type, step, iteration, attempt, body, output)
    select parent.id, 'child', parent_step, parent_iteration, parent_attempt,
      json_build_object('runId', child.id, 'status', child.status, 'error', child.error,
        'finishedAtMs', extract(epoch from child.finished_at)::float8 * 1000), child.output
    from child join parent on parent.id = child.parent_run_id
  ), marked as (
    update runs r set parent_told = true from child where r.id = child.id
  )
  update runs r set ${MARK_CHANGED}
  from parent where r.id = parent.id
  returning ${CHANGED_RUN}`;

/**
 * Unfinished child runs for which no step waits any more, because the parent or the step has ended.
 * @param parentIds only children of these runs; null = all
 */
export async function findOrphans(
  db: Queryable,
  options: { parentIds: readonly string[] | null; limit: number },
): Promise<string[]> {
  const { rows } = await db.query({
    name: options.parentIds ? 'find-orphans-of' : 'find-orphans',
    text: FIND_ORPHANS(options.parentIds ? 'c.parent_run_id = any ($2::uuid[])' : 'true'),
    values: options.parentIds ? [options.limit, options.parentIds] : [options.limit],
  });
  return rows.map((row) => row.id);
}

const FIND_ORPHANS = (restriction: string) => `
  select c.id from runs c
  where c.parent_run_id is not null and c.finished_at is null and ${restriction}
    and not exists (
      select from steps s
      where s.run_id = c.parent_run_id and s.step = c.parent_step and s.iteration = c.parent_iteration
        and s.status = 'waiting' and s.attempt = c.parent_attempt
        -- With an error it waits for its next attempt.
        and s.error is null
    )
  order by c.id limit $1`;
