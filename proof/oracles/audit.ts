import type { Pool } from 'pg';

/**
 * Triggers that record forbidden writes, because the final rows do not show that a worker overwrote a result.
 * Use them only in a drill's database: they slow every write. JSON access allows for columns that earlier schemas
 * lack.
 */
const AUDIT = `
  create table audit (
    rule    text not null,
    run_id  uuid not null,
    step    text,
    detail  text not null
  );

  -- Which worker claimed a run with each epoch.
  create table audit_epochs (run_id uuid, epoch bigint, worker_id uuid, primary key (run_id, epoch));

  create function audit_run() returns trigger language plpgsql as $$
  begin
    if new.epoch < old.epoch then
      insert into audit values ('epoch_went_back', new.id, null, old.epoch || ' -> ' || new.epoch);
    end if;
    if old.finished_at is not null and to_jsonb(new) is distinct from to_jsonb(old) then
      insert into audit values ('finished_run_changed', new.id, null, old.status || ' -> ' || new.status);
    end if;
    if new.epoch > old.epoch and new.worker_id is not null then
      insert into audit_epochs values (new.id, new.epoch, new.worker_id) on conflict do nothing;
    end if;
    if new.worker_id is not null and exists (
      select from audit_epochs e where e.run_id = new.id and e.epoch = new.epoch and e.worker_id <> new.worker_id
    ) then
      insert into audit values ('written_by_stale_worker', new.id, null, new.status);
    end if;
    return null;
  end $$;

  create function audit_step() returns trigger language plpgsql as $$
  declare
    run runs%rowtype;
    -- An insert has no old row.
    before jsonb := case when tg_op = 'UPDATE' then to_jsonb(old) else '{}' end;
    after jsonb := to_jsonb(new);
    in_lane boolean := new.lane <> 'default';
    -- The only change that an executor may write without the run's row.
    begins boolean := in_lane and before->>'status' = 'ready' and new.status = 'running'
      and new.attempt = (before->>'attempt')::int + 1 and new.worker_id is not null;
    same_attempt boolean := before->>'status' = 'running' and new.status = 'running'
      and new.attempt = (before->>'attempt')::int;
    same_attempt_ends boolean := before->>'status' = 'running' and new.status = 'succeeded'
      and new.attempt = (before->>'attempt')::int;
    has_changed boolean := before = '{}' or before->>'status' <> new.status
      or (before->>'attempt')::int <> new.attempt;
    written_with_run boolean;
  begin
    if before->>'status' in ('succeeded', 'failed', 'skipped', 'cancelled')
      or same_attempt and before->>'attempt_ended_at' is not null and (
        after->'attempt_ended_at' <> before->'attempt_ended_at' or after->'result' <> before->'result'
        or after->'output' <> before->'output') then
      insert into audit values ('result_recorded_twice', new.run_id, new.step, (before->>'status') || ' -> ' || new.status);
    end if;
    select r.xmin = pg_current_xact_id()::xid into written_with_run from runs r where r.id = new.run_id;
    if not written_with_run and not begins then
      insert into audit values ('written_without_fence', new.run_id, new.step, new.status);
    end if;
    select * into run from runs where id = new.run_id;
    if in_lane and same_attempt and new.worker_id::text <> before->>'worker_id'
      or not in_lane and has_changed and exists (
        select from audit_epochs e
        where e.run_id = new.run_id and e.epoch = run.epoch and e.worker_id <> new.worker_id) then
      insert into audit values ('written_by_stale_worker', new.run_id, new.step, new.status);
    end if;
    -- A worker may commit a success without a record only if it executes the attempt and holds the run.
    if in_lane and new.status = 'succeeded' and before->>'status' <> 'succeeded'
      and before->>'attempt_ended_at' is null and not (same_attempt_ends and exists (
        select from audit_epochs e
        where e.run_id = new.run_id and e.epoch = run.epoch and e.worker_id::text = before->>'worker_id')) then
      insert into audit values ('succeeded_without_result', new.run_id, new.step, before->>'status');
    end if;
    return null;
  end $$;

  create trigger audit after update on runs for each row execute function audit_run();
  create trigger audit after insert or update on steps for each row execute function audit_step();`;

export interface Breach {
  rule: string;
  runId: string;
  step: string | null;
  detail: string;
}

export async function startAudit(db: Pool): Promise<void> {
  await db.query(AUDIT);
}

/** Forbidden writes that the audit has recorded, at most 1,000; empty without an audit. */
export async function listBreaches(db: Pool): Promise<Breach[]> {
  const { rows: audits } = await db.query(`select 1 where to_regclass('audit') is not null`);
  if (audits.length === 0) return [];
  const { rows } = await db.query<Breach>(
    'select rule, run_id as "runId", step, detail from audit limit 1000',
  );
  return rows;
}
