-- works with code from 0015
-- As runs, 0028.
lock table steps in access exclusive mode;
alter table steps rename to steps_first;
alter index steps_pkey rename to steps_first_pkey;
alter index steps_ready rename to steps_first_ready;
alter index steps_running rename to steps_first_running;

create table steps (
  like steps_first including defaults including storage,
  primary key (run_id, step, iteration)
) partition by range (run_id);
create index steps_ready on steps (lane, ready_at) where status = 'ready';
create index steps_running on steps (worker_id) where status = 'running' and attempt_ended_at is null;

-- Its indexes are as those above, and become their parts: nothing is built. Its check says what its bound says.
do $$
declare
  bound text := (
    select substring(pg_get_constraintdef(oid) from '[0-9a-f-]{36}') from pg_constraint
    where conrelid = 'steps_first'::regclass and conname = 'first_partition'
  );
begin
  execute format('alter table steps attach partition steps_first for values from (minvalue) to (%L)', bound);
end $$;
alter table steps_first drop constraint first_partition;
