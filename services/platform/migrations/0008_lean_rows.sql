-- works with code from 0007
-- The words for a state are those of the code that writes them, by its types. PostgreSQL reads the text of a check
-- anew for each statement that writes, and these are written by every submission and every commit.
alter table runs drop constraint runs_status_check, drop constraint runs_check;
alter table steps drop constraint steps_status_check, drop constraint steps_resolution_check;
alter table audit_log drop constraint audit_log_via_check;
