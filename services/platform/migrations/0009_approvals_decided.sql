-- works with code from 0007
create index concurrently if not exists approvals_decided on approvals (decided_at desc, id desc) where decided_by is not null;
