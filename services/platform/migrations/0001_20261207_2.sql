-- States and other fixed words are text. A check constraint guards them only in tables with few writes: PostgreSQL
-- parses a check for each statement that writes.

create table workflows (
  id                 uuid primary key,
  name               text collate "C" not null unique,
  owner              text not null,                   -- the subject who posted it first
  latest_version     integer not null,                -- the newest stored one
  published_version  integer,                         -- of runs and steps that name no version; null = none
  published_by       text,                            -- a subject
  published_at       timestamptz,
  paused_at          timestamptz,                     -- null = runs start
  created_at         timestamptz not null default now(),
  pause_reason       text                             -- in the admin's words; null = not paused, or no reason given
);

create table workflow_versions (
  id           uuid primary key,
  workflow_id  uuid not null references workflows,
  version      integer not null,
  definition   json not null,                         -- as validated, without defaults
  source       text not null,                         -- as posted, with comments
  media_type   text not null check (media_type in ('application/json', 'application/yaml')),
  checksum     text not null,                         -- SHA-256 of the canonical definition
  created_by   text not null,
  created_at   timestamptz not null default now(),
  unique (workflow_id, version)
);

-- No foreign key leads to or from tables that grow with the runs: each submission or commit would pay for the check. The
-- statements keep the references, and retention deletes the rows of a run together.

-- Each commit of a step updates the row of its run, so the row is narrow: long values go out of line (TOAST) early,
-- and no index covers a column that such a commit changes. A page is mostly empty, so that the versions of a row replace
-- each other there and need no new entries in the indexes.
create table runs (
  id                   uuid primary key,
  workflow_id          uuid not null,
  workflow_version_id  uuid not null,
  workflow_name        text collate "C" not null,
  owner                text not null,                 -- a subject
  status               text not null default 'queued',
  input                json not null,
  output               json,
  error                json,                          -- {code, message, step?}
  retry_of             uuid,                          -- the finished run that this one continues
  parent_run_id        uuid,                          -- the run whose step started this one
  traceparent          text,                          -- of the run's own span; null = not traced
  tracestate           text,
  -- The worker that holds the run; null = none. The epoch is the fence: every write of a worker names it.
  epoch                bigint not null default 0,
  worker_id            uuid,
  -- Each change from outside adds one. A worker releases the run only if it has seen this value.
  changes              bigint not null default 0,
  deadline_at          timestamptz,                   -- the run's own timeout; null = none
  -- Events are columns: every change of a run or step takes the next number of the run.
  event_seq            bigint not null default 1,
  started_seq          bigint,
  finished_seq         bigint,
  steps_total          integer not null,
  steps_done           integer not null default 0,
  created_at           timestamptz not null default now(),
  started_at           timestamptz,
  finished_at          timestamptz,
  -- When the run wants a worker; null = it has one, is finished, or waits for a change.
  wanted_at            timestamptz default now(),
  -- The step that started it, and whether the parent has a message about its end.
  parent_step          text collate "C",
  parent_iteration     integer,
  parent_attempt       integer,
  parent_told          boolean not null default false,
  depth                integer not null default 0,    -- number of runs above it
  -- Workers that died or lost the lease since the run last made progress.
  fruitless_takeovers  integer not null default 0,
  parent_span_id       text,                          -- null = its trace begins with it, or not traced
  replay_of            uuid,                          -- the run that this one repeats, whole or from a step on
  -- Cost of model calls so far in US dollars; null = nothing committed. And calls whose price is unknown.
  cost                 double precision,
  unpriced_calls       integer not null default 0,
  -- Steps of the definition and items of maps apart; steps_total and steps_done count both.
  items_total          integer not null default 0,
  steps_succeeded      integer not null default 0,    -- of the definition
  title                text,                          -- at most 120 characters; null = none
  labels               jsonb                          -- {name: text}, written once; null = none
) with (fillfactor = 25, toast_tuple_target = 256);

alter table runs alter column input set storage external;

create index runs_workflow_id on runs (workflow_id, id desc);
create index runs_owner on runs (owner, id desc);
create index runs_unfinished on runs (status, id) where finished_at is null;
create index runs_finished_badly on runs (status, id desc) where status in ('failed', 'cancelled');
create index runs_labels on runs using gin (labels jsonb_path_ops) where labels is not null;
create index runs_retry_of on runs (retry_of) where retry_of is not null;
create index runs_replay_of on runs (replay_of, id) where replay_of is not null;
create index runs_held on runs (worker_id) where worker_id is not null and finished_at is null;
-- Runs that want a worker: new ones of a workflow, started ones of a workflow, and all started ones, oldest first.
create index runs_queued on runs (workflow_id, wanted_at) where status = 'queued' and wanted_at is not null;
create index runs_wanted_again on runs (workflow_id, wanted_at) where status <> 'queued' and wanted_at is not null;
create index runs_due on runs (wanted_at) where status <> 'queued' and wanted_at is not null;
-- Child runs: all of a parent, those to cancel, and those whose end the parent does not know yet.
create index runs_parent on runs (parent_run_id, id) where parent_run_id is not null;
create index runs_open_children on runs (id) where parent_run_id is not null and finished_at is null;
create index runs_untold on runs (id) where parent_run_id is not null and finished_at is not null and not parent_told;

-- A step gets a row when it is ready; until then, the definition says everything. A finished run has a row for every
-- step of its definition.
create table steps (
  run_id            uuid not null,
  step              text collate "C" not null,
  iteration         integer not null default -1,      -- index of the map item; -1 = the step itself
  kind              text not null,
  lane              text not null default 'default',
  status            text not null,
  resolution        text,                             -- why it has a result that is not its own: reused, edited
  attempt           integer not null default 0,       -- number of attempts started
  crashes           integer not null default 0,       -- number of workers that died while it was running
  output            json,
  error             json,                             -- {code, message, ...}
  usage             json,                             -- of llm: {inputTokens, outputTokens, costUsd, ...}
  worker_id         uuid,
  span_id           text,                             -- of the attempt's span, known before its export
  due_at            timestamptz,                      -- waiting: the next attempt, or the end of the delay
  ready_at          timestamptz,
  started_at        timestamptz,                      -- of the last attempt
  finished_at       timestamptz,
  started_seq       bigint,
  waiting_seq       bigint,
  finished_seq      bigint,
  item              json,                             -- of a map, while it is ready or running
  -- An executor records how its attempt ended. The orchestrator then decides what follows.
  attempt_ended_at  timestamptz,                      -- null = no undecided result
  result            json,
  primary key (run_id, step, iteration)
) with (fillfactor = 80, toast_tuple_target = 512);

create index steps_ready on steps (lane, ready_at) where status = 'ready';
create index steps_running on steps (worker_id) where status = 'running' and attempt_ended_at is null;

-- Attempts that another one followed; the last attempt of a step is in the step's row.
create table step_attempts (
  run_id        uuid not null,
  step          text collate "C" not null,
  iteration     integer not null,
  attempt       integer not null,
  status        text not null check (status in ('failed', 'worker_lost')),
  error         json not null,
  usage         json,
  worker_id     uuid,
  span_id       text,
  ready_at      timestamptz,
  started_at    timestamptz not null,
  finished_at   timestamptz not null,
  started_seq   bigint not null,
  finished_seq  bigint not null,
  primary key (run_id, step, iteration, attempt)
);

create table step_logs (
  run_id     uuid not null,
  step       text collate "C" not null,
  iteration  integer not null,
  attempt    integer not null,
  lines      json not null,                           -- [{at, level, message, ...}], at most 64 kB
  truncated  boolean not null default false,
  primary key (run_id, step, iteration, attempt)
);

create table idempotency_keys (
  owner         text not null,
  workflow_id   uuid not null references workflows,
  key           text not null,
  request_hash  text not null,
  run_id        uuid not null,
  expires_at    timestamptz not null,
  primary key (owner, workflow_id, key)
);
create index idempotency_keys_expiry on idempotency_keys (expires_at);

-- What a run waits for outside its workers.

-- Questions to a person.
create table approvals (
  id          uuid primary key,
  run_id      uuid not null,
  step        text collate "C" not null,
  iteration   integer not null default -1,
  owner       text not null,
  message     text,
  approver    json,                                   -- {role} or {user}; null = anyone who may run the workflow
  status      text not null default 'pending'
              check (status in ('pending', 'approved', 'rejected', 'cancelled')),
  comment     text,
  decided_by  text,                                   -- null = undecided, or cancelled with the run
  created_at  timestamptz not null default now(),
  decided_at  timestamptz,
  unique (run_id, step, iteration)
);
create index approvals_pending on approvals (id desc) where status = 'pending';
create index approvals_decided on approvals (decided_at desc, id desc) where decided_by is not null;

-- A decision, an event or the end of a child run that the run's orchestrator has not applied yet. The commit of the
-- effect deletes it.
create table run_messages (
  run_id       uuid not null,
  id           bigint generated always as identity,
  type         text not null check (type in ('approval', 'event', 'child')),
  step         text collate "C" not null,
  iteration    integer not null default -1,
  attempt      integer,                               -- that started the child run
  body         json not null,
  output       json,                                  -- of the child run; payload of the event
  sent_at      timestamptz not null default now(),
  traceparent  text,                                  -- of the cause, to which the step's span links
  primary key (run_id, id)
);

-- Steps that wait for an event.
create table event_waits (
  run_id      uuid not null,
  step        text collate "C" not null,
  iteration   integer not null default -1,
  owner       text not null,
  name        text collate "C" not null,
  key         text collate "C" not null,
  created_at  timestamptz not null default now(),
  primary key (run_id, step, iteration)
);
create index event_waits_name on event_waits (name, key);

-- Events as they came. Each is delivered once, to one step, and kept for that until it expires.
create table events (
  id               uuid primary key,
  owner            text,                              -- null = an admin's, for steps of every owner
  name             text collate "C" not null,
  key              text collate "C" not null,
  payload          json not null,
  idempotency_key  text,
  request_hash     text,
  taken_at         timestamptz,                       -- null = kept for the next step that waits
  taken_by         json,                              -- {runId, step, iteration}
  created_at       timestamptz not null default now(),
  expires_at       timestamptz not null,
  traceparent      text                               -- of the request, to which the step's span links
);
create unique index events_idempotency_key on events (owner, idempotency_key) nulls not distinct
  where idempotency_key is not null;
create index events_kept on events (name, key, id) where taken_at is null;
create index events_name on events (name, key, id desc);
create index events_expiry on events (expires_at);

create table workers (
  id            uuid primary key,
  host          text not null,
  pid           integer not null,
  version       text not null,
  kinds         text[] not null,
  slots         integer not null,
  slots_used    integer not null default 0,
  runs_held     integer not null default 0,
  state         text not null default 'running' check (state in ('running', 'draining')),
  started_at    timestamptz not null default now(),
  heartbeat_at  timestamptz not null default now(),
  leased_until  timestamptz,                          -- the lease for all that it holds; a heartbeat renews it
  lanes         json,                                 -- slots by lane
  begun         json                                  -- runs (`default`) and steps of the last minute, by lane
);

-- Paused lanes. A lane without a row is open. Each claim looks here.
create table lanes (
  name          text collate "C" primary key,
  paused_at     timestamptz,                          -- null = open
  pause_reason  text                                  -- in the admin's words; null = none given
);

-- Owners and actors are subjects of the login service.

-- The name of a subject when AIO last saw it.
create table principals (
  subject  text primary key,
  name     text not null
);

-- Changes by a user or program. The transaction of the change inserts the row; no row changes later.
create table audit_log (
  id        uuid primary key,
  at        timestamptz not null default now(),
  subject   text not null,
  name      text not null,
  via       text not null,                            -- bearer, session
  action    text collate "C" not null,                -- id of the route, e.g. cancelRun
  target    text collate "C",                         -- e.g. runs/0199…; null = the system
  address   text,                                     -- of the client
  trace_id  text,                                     -- null = not traced
  details   json
);
create index audit_log_subject on audit_log (subject, id desc);
create index audit_log_target on audit_log (target, id desc);
-- Submissions are most of the log. Their runs lead to them.
create index audit_log_action on audit_log (action, id desc) where action <> 'submitRun';

-- Keys that encrypted a secret, so that a process with other keys exits at its start.
create table secret_keys (
  id             text collate "C" primary key,        -- derived from the key, see ../secrets/keys.ts
  first_used_at  timestamptz not null default now()
);

create table secrets (
  id          uuid primary key,
  name        text collate "C" not null unique,
  key_id      text collate "C" not null references secret_keys,
  sealed      bytea not null,                         -- nonce, ciphertext and tag, see ../secrets/seal.ts
  created_by  text not null,
  updated_by  text not null,
  created_at  timestamptz not null default now(),
  updated_at  timestamptz not null default now()      -- of the value; a rotation of keys does not count
);
create index secrets_key_id on secrets (key_id);
