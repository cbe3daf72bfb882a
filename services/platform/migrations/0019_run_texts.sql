-- works with code from 0015
-- The words of a run by which it is found: of its workflow's name, the beginning of its input, and its error. Filled
-- after the run was accepted, so that a submission does not pay for it, and written once more when the run has ended.
create table run_texts (
  run_id uuid primary key,
  words tsvector not null,
  is_final boolean not null                           -- the run has ended: nothing more is added
);
create index run_texts_words on run_texts using gin (words);
create index run_texts_open on run_texts (run_id) where not is_final;
