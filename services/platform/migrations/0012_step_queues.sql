-- works with code from 0011
-- Steps of lanes are jobs of a queue. Their executor writes them from ready to running, and records how the attempt
-- ended; the run's orchestrator decides what follows.
alter table steps
  add column item json,                               -- value of the map's item, while it is ready or running
  add column attempt_ended_at timestamptz,            -- of an attempt that ran in a lane and is not decided on yet
  add column result json;                             -- how it ended

-- One lease for all that a worker has, renewed by its heartbeat; null = the worker's code is older and has a lease
-- for each run.
alter table workers
  add column leased_until timestamptz,
  add column lanes json;                              -- slots by lane
