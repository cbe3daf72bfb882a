-- works with code from 0015
-- Tables that grow with the runs become tables of partitions by time, 0023 to 0032: see "Growth" in ../README.md. What
-- is a table today becomes the first partition. It ends a week from now, which leaves that long for these migrations.
lock table runs, workflow_versions in access exclusive mode;

-- Versions never go while a run names them: nothing deletes a version but the draft that was never run. Held by a
-- constraint, to drop a partition would lock the versions, and with them each submission.
alter table runs drop constraint runs_workflow_version_id_fkey;

-- Ids of version 7 begin with their time. Not valid: rows are checked by 0027, while others write.
do $$
declare
  ends_at timestamptz := date_trunc('day', now(), 'UTC') + interval '8 days';
  hex text := lpad(to_hex(extract(epoch from ends_at)::bigint * 1000), 12, '0');
begin
  execute format('alter table runs add constraint first_partition check (id < %L) not valid',
    substr(hex, 1, 8) || '-' || substr(hex, 9) || '-7000-8000-000000000000');
end $$;
