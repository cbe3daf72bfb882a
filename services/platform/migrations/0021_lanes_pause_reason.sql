-- works with code from 0015
-- Why somebody paused the lane, in their words; null = they gave no reason. Means nothing while the lane is open.
alter table lanes add column pause_reason text;
