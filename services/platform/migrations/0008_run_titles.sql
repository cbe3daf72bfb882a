-- works with code from 0007
-- Code of 0007 accepts runs without a title.
alter table runs add column title text; -- at most 120 characters; null = none
