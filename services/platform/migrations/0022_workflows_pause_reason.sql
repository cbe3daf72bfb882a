-- works with code from 0015
-- Why an admin paused a workflow, in their own words; null = the workflow is not paused, or no reason was given.
alter table workflows add column pause_reason text;
