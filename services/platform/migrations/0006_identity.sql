-- Who owns what is a subject of the login service; until now everything was owned by 'local', and of that
-- only admins see anything.

-- What people are called, as they were when they were last seen: subjects say nothing to anybody.
create table principals (
  subject  text primary key,
  name     text not null,
  seen_at  timestamptz not null default now()
);

-- Every change that somebody made. Rows are only ever added, in the transaction of the change.
create table audit_log (
  id        uuid primary key,
  at        timestamptz not null default now(),
  subject   text not null,
  name      text not null,
  via       text not null check (via in ('bearer', 'session')),
  action    text collate "C" not null,                -- the route's id, e.g. cancelRun
  target    text collate "C",                         -- e.g. runs/0199…; null = the system
  address   text,                                     -- of the client
  trace_id  text,                                     -- null = not traced
  details   json
);
create index audit_log_subject on audit_log (subject, id desc);
create index audit_log_target on audit_log (target, id desc);
-- Submissions are most of the log and found by their runs.
create index audit_log_action on audit_log (action, id desc) where action <> 'submitRun';

-- Posted by an admin or a machine with that role: it reaches whoever waits, not the poster's runs alone.
alter table events add column for_all boolean not null default false;
