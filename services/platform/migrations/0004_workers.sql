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
