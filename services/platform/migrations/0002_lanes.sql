-- Lanes that somebody has paused; a lane without a row is open. Looked at before each claim.
create table lanes (
  name       text collate "C" primary key,
  paused_at  timestamptz                              -- null = open
);

-- From a run to those that went on from it.
create index runs_retry_of on runs (retry_of) where retry_of is not null;
