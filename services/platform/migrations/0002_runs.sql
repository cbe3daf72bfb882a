-- Tables that grow with the runs are partitioned by the run's id. It is a UUIDv7, so a partition is a range of time.
-- No foreign key leads to or from them: each submission or commit would pay for the check, and dropping a partition
-- would lock or scan other tables. The statements keep the references.

-- Each commit of a step updates the row of its run, so the row is narrow: long values go out of line (TOAST) early,
-- and no index covers a column that such a commit changes.
create table runs (
  id                   uuid primary key,
  workflow_id          uuid not null,
  workflow_version_id  uuid not null,
  workflow_name        text collate "C" not null,
  owner                text not null,                 -- a subject
  status               text not null default 'queued',
  lane                 text not null default 'default',
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
  -- Cost of model calls so far in US dollars, exact; null = nothing committed. And calls whose price is unknown.
  cost                 numeric,
  unpriced_calls       integer not null default 0
) partition by range (id);

alter table runs alter column input set storage external;

create index runs_workflow_id on runs (workflow_id, id desc);
create index runs_owner on runs (owner, id desc);
create index runs_unfinished on runs (status, id) where finished_at is null;
create index runs_finished_badly on runs (status, id desc) where status in ('failed', 'cancelled');
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
  resolution        text,                             -- why it succeeded without a result of its own: fallback, reused
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
  output_ref        json,                             -- a long output's place: {sha256, bytes}, see ../outputs/
  primary key (run_id, step, iteration)
) partition by range (run_id);

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
) partition by range (run_id);

create table step_logs (
  run_id     uuid not null,
  step       text collate "C" not null,
  iteration  integer not null,
  attempt    integer not null,
  lines      json not null,                           -- [{at, level, message, ...}], at most 64 kB
  truncated  boolean not null default false,
  primary key (run_id, step, iteration, attempt)
) partition by range (run_id);

-- The words by which a search finds a run: its workflow's name, the beginning of its input, and its error. Written
-- after the submission, which does not wait for it, and again when the run has ended.
create table run_texts (
  run_id    uuid primary key,
  words     tsvector not null,
  is_final  boolean not null                          -- the run has ended
) partition by range (run_id);

create index run_texts_words on run_texts using gin (words);
create index run_texts_open on run_texts (run_id) where not is_final;

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

-- The first partitions reach a week into the future; ../partitions/add-partitions.ts adds the others, with the same
-- storage settings. Each commit makes a new version of a run's row. A page of `runs` is mostly empty, so that the
-- versions replace each other there and need no new entries in the indexes.
do $$
declare
  ends_at timestamptz := date_trunc('day', now(), 'UTC') + interval '8 days';
  hex text := lpad(to_hex(extract(epoch from ends_at)::bigint * 1000), 12, '0');
  bound text := substr(hex, 1, 8) || '-' || substr(hex, 9) || '-7000-8000-000000000000';
  name text;
  settings text;
  index record;
begin
  for name, settings in values
    ('runs', 'with (toast_tuple_target = 256, fillfactor = 25)'),
    ('steps', 'with (fillfactor = 80, toast_tuple_target = 512)'),
    ('step_attempts', ''),
    ('step_logs', ''),
    ('run_texts', '')
  loop
    execute format('create table %I partition of %I for values from (minvalue) to (%L) %s',
      name || '_first', name, bound, settings);
    -- runs_owner becomes runs_first_owner.
    for index in
      select part.relname as made, regexp_replace(whole.relname, '^' || name, name || '_first') as wanted
      from pg_index i join pg_class part on part.oid = i.indexrelid
        join pg_inherits h on h.inhrelid = part.oid join pg_class whole on whole.oid = h.inhparent
      where i.indrelid = (name || '_first')::regclass and not i.indisprimary
    loop
      execute format('alter index %I rename to %I', index.made, index.wanted);
    end loop;
  end loop;
end $$;
