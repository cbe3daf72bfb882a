-- States and other fixed words are text. A check constraint guards them only in tables with few writes: PostgreSQL
-- parses a check for each statement that writes.

create table workflows (
  id              uuid primary key,
  name            text collate "C" not null unique,
  owner           text not null,                      -- the subject who posted it first
  latest_version  integer not null,
  paused_at       timestamptz,                        -- null = runs start
  created_at      timestamptz not null default now(),
  pause_reason    text                                -- in the admin's words; null = not paused, or no reason given
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
