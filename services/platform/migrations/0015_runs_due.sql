-- works with code from 0011
-- Runs that are due, handed back or changed, the oldest first: the reconciler looks four times a second.
create index concurrently if not exists runs_due on runs (wanted_at)
  where status <> 'queued' and wanted_at is not null;
