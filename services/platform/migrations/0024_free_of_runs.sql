-- works with code from 0015
-- A constraint that refers to runs would be checked, and lock both tables, whenever a partition of runs goes. Whoever
-- removes a partition removes what these tables hold of its runs.
lock table runs, run_messages, event_waits, approvals, chunks in access exclusive mode;
alter table run_messages drop constraint run_messages_run_id_fkey;
alter table event_waits drop constraint event_waits_run_id_fkey;
alter table approvals drop constraint approvals_run_id_fkey;
alter table chunks drop constraint chunks_run_id_fkey;
