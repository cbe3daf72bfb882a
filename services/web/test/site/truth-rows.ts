import type { Database } from '@aio/tools/system/database';
import type { RunSummary } from '../../shared/api.ts';

/** What the rows say about a run. */
export interface Truth {
  status: RunSummary['status'];
  durationMs: number | null;
  stepsTotal: number;
  stepsSucceeded: number;
  itemsTotal: number;
  usage: Record<'inputTokens' | 'outputTokens' | 'costUsd', number>;
  below: Truth['usage'] & { runs: number };
  /** By step: ready to the end of the last attempt; null = it did not take time, or has not ended. */
  steps: Record<string, number | null>;
}

const msOf = (from: string, to: string) =>
  `round((extract(epoch from date_trunc('milliseconds', ${to})) - extract(epoch from date_trunc('milliseconds', ${from}))) * 1000)::float8`;
const USAGE = `
  coalesce(sum((usage ->> 'inputTokens')::int), 0)::int as "inputTokens",
  coalesce(sum((usage ->> 'outputTokens')::int), 0)::int as "outputTokens",
  coalesce(sum((usage ->> 'costUsd')::float8), 0) as "costUsd"`;

/** Reads the rows of steps and attempts, without the counts in the run's own row. */
export async function readTruth(db: Database, id: string): Promise<Truth> {
  const one = async (text: string) => (await db.query(text, [id])).rows;
  const [run] = await one(`
    select r.status, ${msOf('r.created_at', 'r.finished_at')} as "durationMs",
      (select count(*)::int from json_object_keys(v.definition -> 'steps')) as "stepsTotal",
      (select count(*)::int from steps where run_id = r.id and iteration = -1 and status = 'succeeded') as "stepsSucceeded",
      (select count(*)::int from steps where run_id = r.id and iteration >= 0) as "itemsTotal"
    from runs r join workflow_versions v on v.id = r.workflow_version_id where r.id = $1`);
  const FAMILY = `
    with recursive family as (
      select id, 0 as level from runs where id = $1
      union all select c.id, level + 1 from family f join runs c on c.parent_run_id = f.id
    ), used as (
      select run_id, usage from steps union all select run_id, usage from step_attempts
    )`;
  const [usage] = await one(`${FAMILY} select ${USAGE} from family join used on run_id = id`);
  const [below] = await one(`${FAMILY}
    select count(distinct id)::int as runs, ${USAGE} from family left join used on run_id = id where level > 0`);
  const steps = await one(`
    select k.step, case when s.status <> 'skipped' then ${msOf(
      `coalesce((select min(a.ready_at) from step_attempts a
        where a.run_id = s.run_id and a.step = s.step and a.iteration = -1), s.ready_at)`,
      's.finished_at',
    )} end as ms
    from runs r join workflow_versions v on v.id = r.workflow_version_id
      cross join json_object_keys(v.definition -> 'steps') k(step)
      left join steps s on s.run_id = r.id and s.step = k.step and s.iteration = -1
    where r.id = $1`);
  return {
    ...run,
    usage,
    below,
    steps: Object.fromEntries(steps.map(({ step, ms }) => [step, ms])),
  };
}

/** Sums over all runs of workflows whose names begin with `prefix`, by the series that should have the same value. */
export async function readTotals(
  db: Database,
  prefix: string,
): Promise<{ name: string; labels: string; value: number }[]> {
  const { rows } = await db.query(`
    with run as (select * from runs where workflow_name like '${prefix}%'),
    used as (
      select run_id, step, attempt, status, kind, usage from steps where started_at is not null
      union all
      select a.run_id, a.step, a.attempt, a.status, s.kind, a.usage
      from step_attempts a join steps s using (run_id, step, iteration) where a.attempt < s.attempt
    ), of_run as (select workflow_name as w, status as s, extract(epoch from finished_at - created_at) as seconds
      from run where finished_at is not null
    ), of_step as (select workflow_name as w, u.* from run join used u on run_id = id)
    select 'aio_workflow_runs_ended_total' as name, 'workflow="' || w || '",outcome="' || s || '"' as labels,
      count(*)::float8 as value from of_run group by w, s
    union all
    select 'aio_run_duration_seconds_sum', 'workflow="' || w || '"',
      sum(seconds)::float8 from of_run group by w
    union all
    select 'aio_llm_cost_usd_total', 'workflow="' || w || '"', sum((usage ->> 'costUsd')::float8)
    from of_step where usage is not null group by w
    union all
    select 'gen_ai_client_inference_usage_input_tokens_total', 'workflow="' || w || '"',
      sum((usage ->> 'inputTokens')::float8) from of_step where usage is not null group by w
    union all
    select 'aio_workflow_step_seconds_count', 'workflow="' || w || '",step="' || step || '"',
      count(*)::float8 from of_step where kind in ('http', 'llm') group by w, step`);
  return rows;
}
