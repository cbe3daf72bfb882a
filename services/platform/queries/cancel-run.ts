import type { Queryable } from '../queryable.ts';

/** What became of a cancellation. `finished` = the run had ended before, and stays as it is. */
export type Cancellation =
  | { outcome: 'not_found' | 'finished' }
  | { outcome: 'cancelled'; workflowName: string; createdAt: Date; finishedAt: Date };

/**
 * Ends a run at once, whoever holds it: the epoch goes up, so that nothing of its holder is written
 * any more. Open steps and pending approvals end with it; steps that never began get a row. The
 * numbers of these events are taken under the run's row lock.
 */
export async function cancelRun(db: Queryable, runId: string): Promise<Cancellation> {
  const { rows } = await db.query({
    name: 'cancel-run',
    text: `
      with target as (
        select r.id, r.event_seq, v.definition
        from runs r join workflow_versions v on v.id = r.workflow_version_id
        where r.id = $1 and r.finished_at is null
        for no key update of r
      ), known as (
        select s.step, s.iteration from steps s join target t on t.id = s.run_id
        where s.status not in ('succeeded', 'failed', 'skipped', 'cancelled')
      ), unknown as (
        select d.step, d.body ->> 'type' as kind
        from target t, json_each(t.definition -> 'steps') as d(step, body)
        where not exists (select from steps s where s.run_id = t.id and s.step = d.step and s.iteration = -1)
      ), numbered as (
        select step, iteration, kind, t.event_seq + row_number() over (order by step, iteration) as seq
        from target t, (
          select step, iteration, null as kind from known
          union all select step, -1, kind from unknown
        ) as ended
      ), closed as (
        update steps s set status = 'cancelled', finished_at = now(), finished_seq = n.seq, due_at = null
        from numbered n where n.kind is null and s.run_id = $1 and s.step = n.step and s.iteration = n.iteration
      ), added as (
        insert into steps (run_id, step, iteration, kind, status, finished_at, finished_seq)
        select $1, step, iteration, kind, 'cancelled', now(), seq from numbered where kind is not null
      ), asked as (
        update approvals set status = 'cancelled', decided_at = now()
        where run_id in (select id from target) and status = 'pending'
      )
      update runs r set
        status = 'cancelled',
        epoch = r.epoch + 1,
        worker_id = null,
        leased_until = null,
        signal = r.signal + 1,
        due_at = null,
        error = '{"code":"cancelled","message":"The run was cancelled."}',
        finished_at = now(),
        event_seq = r.event_seq + (select count(*) from numbered) + 1,
        finished_seq = r.event_seq + (select count(*) from numbered) + 1,
        steps_done = r.steps_done + (select count(*) from numbered)
      from target t where r.id = t.id
      returning r.workflow_name as "workflowName", r.created_at as "createdAt", r.finished_at as "finishedAt"`,
    values: [runId],
  });
  if (rows[0]) return { outcome: 'cancelled', ...rows[0] };
  const { rowCount } = await db.query({
    name: 'run-exists',
    text: 'select from runs where id = $1',
    values: [runId],
  });
  return { outcome: rowCount === 0 ? 'not_found' : 'finished' };
}
