-- One operation on many runs. Any API works on it, a few runs at a time.
create table bulk_jobs (
  id           uuid primary key,
  owner        text not null,                         -- the subject who asked for it
  only_owner   text,                                  -- the subject whose runs it may touch; null = any
  action       text not null check (action in ('cancel', 'retry')),
  actor        json not null,                         -- for the audit log of each change
  traceparent  text,                                  -- of the request; null = not traced
  created_at   timestamptz not null default now(),
  finished_at  timestamptz,
  not_found    integer not null default 0             -- named runs that do not exist or belong to others
);
create index bulk_jobs_open on bulk_jobs (id) where finished_at is null;

create table bulk_runs (
  job_id      uuid not null references bulk_jobs (id),
  run_id      uuid not null,
  claimed_at  timestamptz,                            -- by an API, which has half a minute for it
  error       json,                                   -- why nothing was done
  done_at     timestamptz,
  primary key (job_id, run_id)
);
create index bulk_runs_open on bulk_runs (job_id, run_id) where done_at is null;
