-- works with code from 0015
-- As of runs, 0023, with the same end; and without constraints that refer to runs, as in 0024.
lock table runs, step_attempts, step_logs, run_texts in access exclusive mode;
alter table step_attempts drop constraint step_attempts_run_id_fkey;
alter table step_logs drop constraint step_logs_run_id_fkey;

do $$
declare
  bound text := (
    select substring(pg_get_constraintdef(oid) from '[0-9a-f-]{36}') from pg_constraint
    where conrelid = 'runs'::regclass and conname = 'first_partition'
  );
  name text;
begin
  foreach name in array array['step_attempts', 'step_logs', 'run_texts'] loop
    execute format('alter table %I add constraint first_partition check (run_id < %L) not valid', name, bound);
  end loop;
end $$;
