-- works with code from 0015
-- Reads each table once, while others write: 0028 to 0032 then need not, while they hold up everybody.
alter table runs validate constraint first_partition;
alter table steps validate constraint first_partition;
alter table step_attempts validate constraint first_partition;
alter table step_logs validate constraint first_partition;
alter table run_texts validate constraint first_partition;
