-- works with code from 0011
-- Runs that a worker holds.
create index concurrently if not exists runs_held on runs (worker_id)
  where worker_id is not null and finished_at is null;
