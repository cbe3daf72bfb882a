-- works with code from 0015
-- What the calls of models of a run have cost so far, in US dollars, as far as their models have a price; null = nothing
-- was committed of the run, or earlier code did. A list of runs would add up all their steps for it.
alter table runs add column cost_usd float8;
