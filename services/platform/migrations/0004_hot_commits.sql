-- A step is written by the statement that has locked its run, or with it: it cannot be without one.
-- Asking again for each row took a fifth of the server's time for a commit. Whoever deletes runs deletes
-- their steps.
alter table steps drop constraint steps_run_id_fkey;

-- A run's row has a new version with every commit of its steps, and the old ones can go only when no
-- statement under way sees them any more. With room for four versions of each in its page, they replace
-- each other there; without, a version goes to another page and into every index, and looking a run up
-- read ten of them.
alter table runs set (fillfactor = 25);
