-- works with code from 0015
-- As runs, 0028.
lock table step_logs in access exclusive mode;
alter table step_logs rename to step_logs_first;
alter index step_logs_pkey rename to step_logs_first_pkey;

create table step_logs (
  like step_logs_first including defaults including storage,
  primary key (run_id, step, iteration, attempt)
) partition by range (run_id);

-- Its indexes are as those above, and become their parts: nothing is built. Its check says what its bound says.
do $$
declare
  bound text := (
    select substring(pg_get_constraintdef(oid) from '[0-9a-f-]{36}') from pg_constraint
    where conrelid = 'step_logs_first'::regclass and conname = 'first_partition'
  );
begin
  execute format('alter table step_logs attach partition step_logs_first for values from (minvalue) to (%L)', bound);
end $$;
alter table step_logs_first drop constraint first_partition;
