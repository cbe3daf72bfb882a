-- works with code from 0011
-- Attempts under way, by worker: for its heartbeat, and for who looks for those of dead workers.
create index concurrently if not exists steps_running on steps (worker_id)
  where status = 'running' and attempt_ended_at is null;
