-- works with code from 0008
-- Workers that died, or lost the lease, since the run last made progress: a run that kills five of them is poison.
alter table runs add column fruitless_takeovers integer not null default 0;
