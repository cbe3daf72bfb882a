-- Truth about workflows and runs. Every key that grows with time leads with a UUIDv7, whose order
-- is time: a later migration can turn runs, steps, step_attempts, step_logs and approvals into
-- tables partitioned by range of that key without touching a key or a query.

create table workflows (
  id              uuid primary key,
  name            text collate "C" not null unique,
  owner           text not null,
  latest_version  integer not null,
  paused_at       timestamptz,                       -- null = runs start
  created_at      timestamptz not null default now()
);

create table workflow_versions (
  id           uuid primary key,
  workflow_id  uuid not null references workflows,
  version      integer not null,
  definition   json not null,                        -- as validated, defaults not filled in
  source       text not null,                        -- as posted, comments kept
  media_type   text not null check (media_type in ('application/json', 'application/yaml')),
  checksum     text not null,                        -- SHA-256 of the canonical definition
  created_by   text not null,
  created_at   timestamptz not null default now(),
  unique (workflow_id, version)
);

-- The row of a run is written at every commit of its steps, so it is kept narrow: input, output and
-- error go out of line (TOAST) early, and no index covers a column that a step's commit changes.
create table runs (
  id                   uuid primary key,
  workflow_id          uuid not null references workflows,
  workflow_version_id  uuid not null references workflow_versions,
  workflow_name        text collate "C" not null,
  owner                text not null,
  status               text not null default 'queued'
                       check (status in ('queued', 'running', 'waiting', 'succeeded', 'failed', 'cancelled')),
  lane                 text not null default 'default',
  input                json not null,
  output               json,
  error                json,                          -- {code, message, step?}
  retry_of             uuid,                          -- the finished run that this one goes on from
  parent_run_id        uuid,                          -- the run whose step started this one
  traceparent          text,                          -- of the submission's server span; null = not traced
  tracestate           text,
  -- Lease: who works the run. The epoch is the fence; every write of a worker names it.
  epoch                bigint not null default 0,
  worker_id            uuid,
  leased_until         timestamptz,                   -- null = nobody works it
  -- Whoever changes the run from outside adds one; a holder lets go only of the value it has seen.
  signal               bigint not null default 0,
  woken_at             timestamptz,                   -- last time the reconciler sent a wake-up
  due_at               timestamptz,                   -- waiting: when it wants a worker; null = only a signal
  deadline_at          timestamptz,                   -- the run's own timeout; null = none
  -- Events are columns, not rows: every change of a run or a step takes the next number of the run.
  event_seq            bigint not null default 1,
  started_seq          bigint,
  finished_seq         bigint,
  steps_total          integer not null,
  steps_done           integer not null default 0,
  created_at           timestamptz not null default now(),
  started_at           timestamptz,
  finished_at          timestamptz,
  check ((status in ('succeeded', 'failed', 'cancelled')) = (finished_at is not null))
) with (fillfactor = 80, toast_tuple_target = 256);

alter table runs alter column input set storage external;

create index runs_workflow_id on runs (workflow_id, id desc);
create index runs_owner on runs (owner, id desc);
create index runs_unfinished on runs (status, id) where finished_at is null;
create index runs_finished_badly on runs (status, id desc) where status in ('failed', 'cancelled');
create index runs_due on runs (due_at) where status = 'waiting';

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

-- A step has a row from the moment it is ready; before that the definition says all there is to say.
-- A finished run has a row for every step of its definition.
create table steps (
  run_id         uuid not null references runs on delete cascade,
  step           text collate "C" not null,
  iteration      integer not null default -1,         -- index of the map's item; -1 = the step itself
  kind           text not null,
  lane           text not null default 'default',
  status         text not null
                 check (status in ('pending', 'ready', 'running', 'waiting', 'succeeded', 'failed', 'skipped', 'cancelled')),
  resolution     text check (resolution in ('fallback', 'reused')),  -- how it came to succeed, if not by itself
  attempt        integer not null default 0,          -- attempts started
  crashes        integer not null default 0,          -- workers that died with it running
  output         json,
  error          json,                                -- {code, message, ...}
  usage          json,                                -- llm: {inputTokens, outputTokens, costUsd, ...}
  worker_id      uuid,
  span_id        text,                                -- of the attempt's span, known before it is exported
  due_at         timestamptz,                         -- waiting: next attempt, or the delay's end
  ready_at       timestamptz,
  started_at     timestamptz,                         -- of the last attempt
  finished_at    timestamptz,
  started_seq    bigint,
  waiting_seq    bigint,
  finished_seq   bigint,
  primary key (run_id, step, iteration)
) with (fillfactor = 80, toast_tuple_target = 512);

create index steps_ready on steps (lane, ready_at) where status = 'ready';

-- Attempts that another one followed; the last attempt of a step is in the step's row.
create table step_attempts (
  run_id        uuid not null references runs on delete cascade,
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
  run_id     uuid not null references runs on delete cascade,
  step       text collate "C" not null,
  iteration  integer not null,
  attempt    integer not null,
  lines      json not null,                           -- [{at, level, message, ...}], 64 kB at most
  truncated  boolean not null default false,
  primary key (run_id, step, iteration, attempt)
);

create table approvals (
  id          uuid primary key,
  run_id      uuid not null references runs on delete cascade,
  step        text collate "C" not null,
  iteration   integer not null default -1,
  owner       text not null,
  message     text,
  approver    json,                                   -- {role} or {user}; null = whoever may run the workflow
  status      text not null default 'pending'
              check (status in ('pending', 'approved', 'rejected', 'cancelled')),
  comment     text,
  decided_by  text,
  created_at  timestamptz not null default now(),
  decided_at  timestamptz,
  unique (run_id, step, iteration)
);
create index approvals_pending on approvals (id desc) where status = 'pending';

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
  metrics_url   text,
  started_at    timestamptz not null default now(),
  heartbeat_at  timestamptz not null default now()
);
