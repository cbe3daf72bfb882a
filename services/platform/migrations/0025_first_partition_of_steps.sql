-- works with code from 0015
-- As of runs, 0023, with the same end.
do $$
declare
  bound text := (
    select substring(pg_get_constraintdef(oid) from '[0-9a-f-]{36}') from pg_constraint
    where conrelid = 'runs'::regclass and conname = 'first_partition'
  );
begin
  execute format('alter table steps add constraint first_partition check (run_id < %L) not valid', bound);
end $$;
