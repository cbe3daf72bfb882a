-- works with code from 0015
-- The same done to many runs, on request of somebody: whichever API is there works it, some runs at a time.
create table bulk_jobs (
  id           uuid primary key,
  owner        text not null,                         -- who asked for it, a subject
  only_owner   text,                                  -- whose runs may be touched, a subject; null = anybody's
  action       text not null check (action in ('cancel', 'retry')),
  actor        json not null,                         -- for the audit log of each change
  traceparent  text,                                  -- of the request; null = not traced
  created_at   timestamptz not null default now(),
  finished_at  timestamptz
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
