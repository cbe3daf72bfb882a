-- Owners and actors are subjects of the login service.

-- The name of a subject when AIO last saw it.
create table principals (
  subject  text primary key,
  name     text not null,
  seen_at  timestamptz not null default now()
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
