-- Work spreads over workers: a run says when it wants one, what comes from outside waits in an inbox,
-- and steps can be handed to other workers.

-- When the run wants a worker; null = it has one, is finished, or only a signal ends its wait.
-- Not touched by a step's commit, so that those stay heap-only.
alter table runs add column wanted_at timestamptz default now();
update runs set wanted_at = case
  when finished_at is not null or leased_until is not null then null
  when status = 'waiting' then due_at
  else created_at
end;
drop index runs_due;
alter table runs drop column due_at, drop column woken_at;
-- Two, so that a long queue of one workflow is not in the way of what goes on.
create index runs_queued on runs (workflow_id, wanted_at) where status = 'queued' and wanted_at is not null;
create index runs_wanted_again on runs (workflow_id, wanted_at) where status <> 'queued' and wanted_at is not null;

-- A run that a step of another run started.
alter table runs
  add column parent_step text collate "C",
  add column parent_iteration integer,
  add column parent_attempt integer,                  -- of the step; what comes of an earlier one is of no use
  add column parent_told boolean not null default false,  -- the parent has a message of this run's end
  add column depth integer not null default 0;        -- runs above it
create index runs_parent on runs (parent_run_id, id) where parent_run_id is not null;
create index runs_open_children on runs (id) where parent_run_id is not null and finished_at is null;
create index runs_untold on runs (id) where parent_run_id is not null and finished_at is not null and not parent_told;

-- What came from outside and the holder has not taken up: the commit that records the effect deletes it.
create table run_messages (
  run_id     uuid not null references runs on delete cascade,
  id         bigint generated always as identity,
  type       text not null check (type in ('approval', 'event', 'child', 'started', 'ended')),
  step       text collate "C" not null,
  iteration  integer not null default -1,
  attempt    integer,                                 -- of a step that was handed out
  body       json not null,
  output     json,                                    -- what the step comes to
  worker_id  uuid,
  sent_at    timestamptz not null default now(),
  primary key (run_id, id)
);

-- Steps that wait for an event from outside.
create table event_waits (
  run_id      uuid not null references runs on delete cascade,
  step        text collate "C" not null,
  iteration   integer not null default -1,
  owner       text not null,
  name        text collate "C" not null,
  key         text collate "C" not null,
  created_at  timestamptz not null default now(),
  primary key (run_id, step, iteration)
);
create index event_waits_name on event_waits (name, key);

-- Events as they came; one that nobody waits for is kept until it expires.
create table events (
  id               uuid primary key,
  owner            text not null,
  name             text collate "C" not null,
  key              text collate "C" not null,
  payload          json not null,
  idempotency_key  text,
  request_hash     text,
  deliveries       integer not null default 0,        -- steps that it has reached
  reached          json,                              -- [{runId, step, iteration}], the first 100
  taken_at         timestamptz,                       -- null = kept for the next that waits
  created_at       timestamptz not null default now(),
  expires_at       timestamptz not null,
  unique (owner, idempotency_key)
);
create index events_kept on events (name, key, id) where taken_at is null;
create index events_name on events (name, key, id desc);
create index events_expiry on events (expires_at);

-- Steps of a held run that other workers may execute, one attempt each. A worker takes a chunk whole;
-- the holder of the run stays the only one who writes its steps.
create table chunks (
  id            uuid primary key,
  run_id        uuid not null references runs on delete cascade,
  workflow_id   uuid not null,
  lane          text not null,
  alone         boolean not null default false,       -- executed with nothing else in the process
  epoch         bigint not null default 0,            -- the fence of whoever took it
  worker_id     uuid,                                 -- null = offered
  leased_until  timestamptz,
  offered_at    timestamptz not null default now()
);
create index chunks_offered on chunks (lane, id) where worker_id is null;
create index chunks_run_id on chunks (run_id);

-- A row goes when its attempt has ended and a message says how.
create table chunk_steps (
  run_id      uuid not null,
  step        text collate "C" not null,
  iteration   integer not null,
  chunk_id    uuid not null references chunks on delete cascade,
  attempt     integer not null,                       -- the one to be executed
  span_id     text,
  item        json,                                   -- of a map
  started_at  timestamptz,
  primary key (run_id, step, iteration)
);
create index chunk_steps_chunk_id on chunk_steps (chunk_id);
