-- works with code from 0015
-- As runs, 0028.
lock table step_attempts in access exclusive mode;
alter table step_attempts rename to step_attempts_first;
alter index step_attempts_pkey rename to step_attempts_first_pkey;

create table step_attempts (
  like step_attempts_first including defaults including storage,
  primary key (run_id, step, iteration, attempt),
  constraint step_attempts_status_check check (status in ('failed', 'worker_lost'))
) partition by range (run_id);

-- Its indexes are as those above, and become their parts: nothing is built. Its check says what its bound says.
do $$
declare
  bound text := (
    select substring(pg_get_constraintdef(oid) from '[0-9a-f-]{36}') from pg_constraint
    where conrelid = 'step_attempts_first'::regclass and conname = 'first_partition'
  );
begin
  execute format('alter table step_attempts attach partition step_attempts_first for values from (minvalue) to (%L)', bound);
end $$;
alter table step_attempts_first drop constraint first_partition;
