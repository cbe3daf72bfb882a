-- works with code from 0015
-- The runs that repeat a run, newest last.
create index concurrently if not exists runs_replay_of on runs (replay_of, id) where replay_of is not null;
