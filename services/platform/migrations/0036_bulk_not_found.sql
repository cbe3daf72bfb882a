-- works with code from 0015
-- How many of the runs that the caller named do not exist, or belong to others: the job leaves them out.
alter table bulk_jobs add column not_found integer not null default 0;
