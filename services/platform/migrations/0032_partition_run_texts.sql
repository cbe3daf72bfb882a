-- works with code from 0015
-- As runs, 0028.
lock table run_texts in access exclusive mode;
alter table run_texts rename to run_texts_first;
alter index run_texts_pkey rename to run_texts_first_pkey;
alter index run_texts_words rename to run_texts_first_words;
alter index run_texts_open rename to run_texts_first_open;

create table run_texts (
  like run_texts_first including defaults including storage,
  primary key (run_id)
) partition by range (run_id);
create index run_texts_words on run_texts using gin (words);
create index run_texts_open on run_texts (run_id) where not is_final;

-- Its indexes are as those above, and become their parts: nothing is built. Its check says what its bound says.
do $$
declare
  bound text := (
    select substring(pg_get_constraintdef(oid) from '[0-9a-f-]{36}') from pg_constraint
    where conrelid = 'run_texts_first'::regclass and conname = 'first_partition'
  );
begin
  execute format('alter table run_texts attach partition run_texts_first for values from (minvalue) to (%L)', bound);
end $$;
alter table run_texts_first drop constraint first_partition;
