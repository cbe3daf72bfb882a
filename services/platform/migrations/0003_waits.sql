-- What a run waits for outside its workers.

-- Questions to a person. Whoever removes a partition of runs removes what these tables hold of its runs.
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

-- A decision, an event or the end of a child run that the run's orchestrator has not applied yet. The commit of the
-- effect deletes it.
create table run_messages (
  run_id       uuid not null,
  id           bigint generated always as identity,
  type         text not null check (type in ('approval', 'event', 'child', 'started', 'ended')),  -- the last two: unused
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

-- Events as they came. One that no step waits for is kept until it expires.
create table events (
  id               uuid primary key,
  owner            text not null,
  name             text collate "C" not null,
  key              text collate "C" not null,
  payload          json not null,
  idempotency_key  text,
  request_hash     text,
  deliveries       integer not null default 0,        -- number of steps that it has reached
  reached          json,                              -- the first 100: [{runId, step, iteration}]
  taken_at         timestamptz,                       -- null = kept for the next step that waits
  created_at       timestamptz not null default now(),
  expires_at       timestamptz not null,
  for_all          boolean not null default false,    -- posted by an admin: reaches steps of every owner
  traceparent      text,                              -- of the request, to which the steps' spans link
  unique (owner, idempotency_key)
);
create index events_kept on events (name, key, id) where taken_at is null;
create index events_name on events (name, key, id desc);
create index events_expiry on events (expires_at);
