import type { RunStatus } from '@aio/core/run/states';
import type { Queryable } from '../../postgres/queryable.ts';
import { earliestIdOf } from '../id-times.ts';
import { sqlOutcome } from '../runs/run-outcome.ts';
import { withRunsBelow } from '../runs/children-cost.ts';
import { COST_SUMS } from '../runs/run-costs.ts';
import { SHOWN_STEPS } from './shown-steps.ts';

/** In milliseconds; null = nothing was measured. */
export interface Quantiles {
  p50: number | null;
  p95: number | null;
}

export interface StepStatistics {
  step: string;
  /** true = statistics of all items of the map `step`. */
  ofItems: boolean;
  kind: string;
  /** Number of ended executions. */
  executions: number;
  attempts: number;
  /** Executions that failed after all attempts. */
  failures: number;
  queueMs: Quantiles;
  /** Time of an attempt. */
  executionMs: Quantiles;
  /** Cost of calls whose price is known. */
  costUsd: number;
  /** Calls whose price is unknown. */
  unpricedCalls: number;
}

export interface WorkflowStatistics {
  /** Number of the newest finished runs that it read. */
  runs: number;
  succeeded: number;
  failed: number;
  /** Failed because a person rejected an approval. */
  rejected: number;
  cancelled: number;
  /** From acceptance to the end, for succeeded and failed runs. */
  durationMs: Quantiles;
  queueMs: Quantiles;
  /** Mean cost of calls whose price is known, with those of all runs below; null = no run. */
  costUsdPerRun: number | null;
  /** Calls whose price is unknown, with those of all runs below. */
  unpricedCalls: number;
  lastRun: LastRun | null;
  /** Accepted runs of each of the last days in UTC, the oldest first. */
  runsPerDay: DayCount[];
  steps: StepStatistics[];
}

export interface LastRun {
  id: string;
  status: RunStatus;
  createdAt: Date;
}

export interface DayCount {
  day: Date;
  /** `MOST_A_DAY` = this many or more. */
  runs: number;
}

export const STATISTICS_DAYS = 14;
export const MOST_A_DAY = 10_000;
/** The most rows of steps to read, so it reads fewer runs if they have many steps, but at least one. */
export const MOST_STEPS = 20_000;

interface Scope {
  workflowId: string;
  /** Only runs of this subject; null = all runs. */
  owner: string | null;
}

/**
 * Statistics of the newest finished runs of a workflow, in all versions. Reads at most `lastRuns` runs and
 * `MOST_STEPS` rows of steps. Answers the steps of the shown version and at most 100 others.
 */
export async function readWorkflowStatistics(
  db: Queryable,
  { workflowId, owner, lastRuns }: Scope & { lastRuns: number },
): Promise<WorkflowStatistics> {
  const values = [workflowId, owner, lastRuns];
  const [runs, steps, last, days] = await Promise.all([
    db.query({ name: 'workflow-run-statistics', text: RUN_STATISTICS, values }),
    db.query({ name: 'workflow-step-statistics', text: STEP_STATISTICS, values }),
    db.query({
      name: 'workflow-last-run',
      text: `
        select id, status, created_at as "createdAt" from runs
        where workflow_id = $1 and ($2::text is null or owner = $2) order by id desc limit 1`,
      values: [workflowId, owner],
    }),
    countRunsPerDay(db, { workflowId, owner }),
  ]);
  return { ...runs.rows[0], lastRun: last.rows[0] ?? null, runsPerDay: days, steps: steps.rows };
}

/** SQL: both quantiles of a column as JSON. */
function quantiles(ms: string, filter = 'true'): string {
  const of = (share: number) =>
    `round((percentile_cont(${share}) within group (order by ${ms}) filter (where ${filter}))::numeric, 3)::float8`;
  return `json_build_object('p50', ${of(0.5)}, 'p95', ${of(0.95)})`;
}

const ms = (from: string, to: string) =>
  `greatest(extract(epoch from ${to} - ${from}) * 1000, 0)::float8`;

const FINISHED = `
  select id, ${sqlOutcome('runs')} as status, created_at, started_at, finished_at, steps_total, cost, unpriced_calls
  from runs where workflow_id = $1 and ($2::text is null or owner = $2) and finished_at is not null
  order by id desc limit $3`;

const COUNTS = `status in ('succeeded', 'failed')`;

const RUN_STATISTICS = `
  with run as (${FINISHED})
  select count(*)::int as runs,
    count(*) filter (where status = 'succeeded')::int as succeeded,
    count(*) filter (where status = 'failed')::int as failed,
    count(*) filter (where status = 'rejected')::int as rejected,
    count(*) filter (where status = 'cancelled')::int as cancelled,
    ${quantiles(ms('created_at', 'finished_at'), COUNTS)} as "durationMs",
    ${quantiles(ms('created_at', 'started_at'))} as "queueMs",
    avg(coalesce(cost + below_cost, cost, below_cost)) as "costUsdPerRun",
    coalesce(sum(unpriced_calls + below_unpriced), 0)::int as "unpricedCalls"
  from run r cross join lateral (
    ${withRunsBelow('r.id')}
    select sum(cost) as below_cost, coalesce(sum(unpriced_calls), 0) as below_unpriced from below
  ) as children`;

// step_attempts has the attempts that another one followed.
const STEP_STATISTICS = `
  with run as (
    select id from (
      select id, sum(steps_total) over (order by id desc) - steps_total as before from (${FINISHED}) as newest
    ) as counted
    where before < ${MOST_STEPS}
  ), ${SHOWN_STEPS}, attempt as (
    select s.step, s.iteration >= 0 as of_items, s.kind, ${sqlOutcome('s')} as status, s.ready_at, s.started_at, s.finished_at, s.usage,
      s.attempt - 1 as earlier, true as is_last
    from run join steps s on s.run_id = run.id
    where s.attempt > 0 and s.started_at is not null and s.resolution is distinct from 'reused'
    union all
    select a.step, a.iteration >= 0, null, a.status, a.ready_at, a.started_at, a.finished_at, a.usage, 0, false
    from run join step_attempts a on a.run_id = run.id
  )
  select step, of_items as "ofItems", max(kind) as kind,
    count(*) filter (where is_last)::int as executions,
    (count(*) filter (where is_last) + coalesce(sum(earlier), 0))::int as attempts,
    count(*) filter (where is_last and status = 'failed')::int as failures,
    ${quantiles(ms('ready_at', 'started_at'))} as "queueMs",
    ${quantiles(ms('started_at', 'finished_at'))} as "executionMs",
    ${COST_SUMS}
  from attempt where step in (select step from shown_step) group by step, of_items
  having count(*) filter (where is_last) > 0
  order by step, of_items`;

const DAY_MS = 86_400_000;

/** The last days in UTC. Queries count a day by the ids of its runs, which contain the time. */
export function lastDays(count: number, nowMs = Date.now()): Date[] {
  const today = Math.floor(nowMs / DAY_MS) * DAY_MS;
  return Array.from(
    { length: count },
    (_, index) => new Date(today - (count - 1 - index) * DAY_MS),
  );
}

export function idsOfDay(day: Date): [from: string, below: string] {
  return [earliestIdOf(day), earliestIdOf(new Date(day.getTime() + DAY_MS))];
}

async function countRunsPerDay(db: Queryable, { workflowId, owner }: Scope): Promise<DayCount[]> {
  const days = lastDays(STATISTICS_DAYS);
  const bounds = days.map(idsOfDay);
  const { rows } = await db.query({
    name: 'workflow-runs-per-day',
    text: `
      select (
        select count(*)::int from (
          select from runs
          where workflow_id = $1 and id >= d.first and id < d.below and ($2::text is null or owner = $2)
          limit ${MOST_A_DAY}
        ) as of_day
      ) as runs
      from unnest($3::uuid[], $4::uuid[]) with ordinality as d(first, below, place) order by place`,
    values: [workflowId, owner, bounds.map(([from]) => from), bounds.map(([, below]) => below)],
  });
  return rows.map(({ runs }, index) => ({ day: days[index]!, runs }));
}
