/** SQL: the version of a row of `workflows w` that pages show: the published one, or else the newest. */
export const SHOWN_VERSION = 'coalesce(w.published_version, w.latest_version)';

/** Steps that the shown version of a workflow lacks, in figures of its last runs. */
export const MOST_OTHER_STEPS = 100;

/**
 * SQL: a CTE `shown_step` with the steps of the shown version of workflow `$1`, and the newest of others in the runs of
 * CTE `run`. Each version may have names of its own, so all names of all runs have no limit.
 */
export const SHOWN_STEPS = `
  own_step as materialized (
    select json_object_keys(v.definition -> 'steps') as step
    from workflows w join workflow_versions v on v.workflow_id = w.id and v.version = ${SHOWN_VERSION}
    where w.id = $1
  ), shown_step as materialized (
    select step from own_step
    union all
    (
      select s.step
      from run cross join lateral (select distinct step from steps where run_id = run.id) s
      where s.step not in (select step from own_step)
      group by s.step order by max(run.id::text) desc, s.step limit ${MOST_OTHER_STEPS}
    )
  )`;
