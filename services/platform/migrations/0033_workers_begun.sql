-- works with code from 0015
-- How many runs (`default`) and steps the worker began within the last minute, by lane; null = its code is older.
alter table workers add column begun json;
