-- works with code from 0015
-- The partitions to come have the storage settings of the one before, see ../partitions/add-partitions.ts.
lock table runs in access exclusive mode;
alter table runs rename to runs_first;
alter index runs_pkey rename to runs_first_pkey;
alter index runs_workflow_id rename to runs_first_workflow_id;
alter index runs_owner rename to runs_first_owner;
alter index runs_unfinished rename to runs_first_unfinished;
alter index runs_finished_badly rename to runs_first_finished_badly;
alter index runs_retry_of rename to runs_first_retry_of;
alter index runs_queued rename to runs_first_queued;
alter index runs_wanted_again rename to runs_first_wanted_again;
alter index runs_parent rename to runs_first_parent;
alter index runs_open_children rename to runs_first_open_children;
alter index runs_untold rename to runs_first_untold;
alter index runs_held rename to runs_first_held;
alter index runs_due rename to runs_first_due;
alter index runs_replay_of rename to runs_first_replay_of;

create table runs (
  like runs_first including defaults including storage,
  primary key (id)
) partition by range (id);
create index runs_workflow_id on runs (workflow_id, id desc);
create index runs_owner on runs (owner, id desc);
create index runs_unfinished on runs (status, id) where finished_at is null;
create index runs_finished_badly on runs (status, id desc) where status in ('failed', 'cancelled');
create index runs_retry_of on runs (retry_of) where retry_of is not null;
create index runs_queued on runs (workflow_id, wanted_at) where status = 'queued' and wanted_at is not null;
create index runs_wanted_again on runs (workflow_id, wanted_at) where status <> 'queued' and wanted_at is not null;
create index runs_parent on runs (parent_run_id, id) where parent_run_id is not null;
create index runs_open_children on runs (id) where parent_run_id is not null and finished_at is null;
create index runs_untold on runs (id) where parent_run_id is not null and finished_at is not null and not parent_told;
create index runs_held on runs (worker_id) where worker_id is not null and finished_at is null;
create index runs_due on runs (wanted_at) where status <> 'queued' and wanted_at is not null;
create index runs_replay_of on runs (replay_of, id) where replay_of is not null;

-- Its indexes are as those above, and become their parts: nothing is built. Its check says what its bound says.
do $$
declare
  bound text := (
    select substring(pg_get_constraintdef(oid) from '[0-9a-f-]{36}') from pg_constraint
    where conrelid = 'runs_first'::regclass and conname = 'first_partition'
  );
begin
  execute format('alter table runs attach partition runs_first for values from (minvalue) to (%L)', bound);
end $$;
alter table runs_first drop constraint first_partition;
