-- A run counts the steps of its definition and the items of its maps apart. steps_total and steps_done count both.
alter table runs
  add column items_total     integer not null default 0,
  add column steps_succeeded integer not null default 0; -- steps of the definition

update runs r set items_total = s.items, steps_succeeded = s.succeeded
from (
  select run_id, count(*) filter (where iteration >= 0) as items,
    count(*) filter (where iteration = -1 and status = 'succeeded') as succeeded
  from steps group by run_id
) s
where r.id = s.run_id;
