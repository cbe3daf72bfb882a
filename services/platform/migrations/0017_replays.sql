-- works with code from 0015
-- The run that this one repeats, whole or from one of its steps on; null = none.
alter table runs add column replay_of uuid;
