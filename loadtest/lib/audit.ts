import type { Pool } from 'pg';

/**
 * Triggers that write down what must never happen while it happens: rows alone do not show that a
 * result was overwritten. For a database of one's own; every write pays for it.
 */
const AUDIT = `
  create table audit (
    rule    text not null,
    run_id  uuid not null,
    step    text,
    detail  text not null
  );

  -- Workers that have told something about a step of a run that another one holds.
  create table audit_guests (run_id uuid, step text, iteration integer, worker_id uuid);

  create function audit_message() returns trigger language plpgsql as $$
  begin
    insert into audit_guests values (new.run_id, new.step, new.iteration, new.worker_id);
    return null;
  end $$;

  create function audit_run() returns trigger language plpgsql as $$
  begin
    if new.epoch < old.epoch then
      insert into audit values ('epoch_went_back', new.id, null, old.epoch || ' -> ' || new.epoch);
    end if;
    if old.finished_at is not null and to_jsonb(new) is distinct from to_jsonb(old) then
      insert into audit values ('finished_run_changed', new.id, null, old.status || ' -> ' || new.status);
    end if;
    return null;
  end $$;

  create function audit_step() returns trigger language plpgsql as $$
  declare
    run runs%rowtype;
    written_with_run boolean;
  begin
    if tg_op = 'UPDATE' and old.status in ('succeeded', 'failed', 'skipped', 'cancelled') then
      insert into audit values ('result_recorded_twice', new.run_id, new.step, old.status || ' -> ' || new.status);
    end if;
    select r.xmin = pg_current_xact_id()::xid into written_with_run from runs r where r.id = new.run_id;
    if not written_with_run then
      insert into audit values ('written_without_fence', new.run_id, new.step, new.status);
    end if;
    select * into run from runs where id = new.run_id;
    if run.worker_id <> new.worker_id
      and not exists (
        select from audit_guests g
        where g.run_id = new.run_id and g.step = new.step and g.iteration = new.iteration
          and g.worker_id = new.worker_id
      )
      -- The verdict on a step that killed its workers names the last of them.
      and coalesce(new.error->>'code', '') <> 'poison'
      and (tg_op = 'INSERT' or new.attempt <> old.attempt or new.status <> old.status) then
      insert into audit values ('written_by_stale_worker', new.run_id, new.step, new.status);
    end if;
    return null;
  end $$;

  create trigger audit after insert on run_messages for each row
    when (new.worker_id is not null) execute function audit_message();
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

/** DUP's other half: writes that the fence or a recorded result should have kept out; none without audit. */
export async function listBreaches(db: Pool): Promise<Breach[]> {
  const { rows: audits } = await db.query(`select 1 where to_regclass('audit') is not null`);
  if (audits.length === 0) return [];
  const { rows } = await db.query<Breach>(
    'select rule, run_id as "runId", step, detail from audit limit 1000',
  );
  return rows;
}
