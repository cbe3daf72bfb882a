-- works with code from 0015
-- The exact cost of a run's model calls so far, in US dollars, next to cost_usd, which earlier code writes; null = nothing
-- was committed of the run, or only by earlier code. And how many of these calls have an unknown price.
alter table runs add column cost numeric, add column unpriced_calls int not null default 0;
