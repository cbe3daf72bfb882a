import type { RunStatus } from '@aio/core/run/states';
import type { Queryable } from '../postgres/queryable.ts';
import { CLOCKS_APART_MS, earliestIdOf } from './id-times.ts';
import { sqlOutcome } from './runs/run-outcome.ts';

/** Runs by status; `rejected` = failed because a person rejected an approval. */
export type Counts = Partial<Record<RunStatus | 'rejected', number>>;

/** Statistics of runs accepted since a moment. Times in ms. */
export interface Overview {
  /** Start of the counted period; later than requested if there were more than `MAX_RUNS` runs. */
  since: Date;
  until: Date;
  runs: Counts;
  /** From acceptance to the end, for succeeded and failed runs. */
  duration: Quantiles | null;
  queueTime: Quantiles | null;
  /** One for each minute with accepted runs, the oldest first. */
  minutes: OverviewMinute[];
  /** Workflows with runs, the most runs first. */
  workflows: OverviewWorkflow[];
}

export interface Quantiles {
  p50: number;
  p95: number;
}

export interface OverviewMinute {
  at: Date;
  runs: Counts;
  durationP95: number | null;
  queueTimeP95: number | null;
}

export interface OverviewWorkflow {
  name: string;
  runs: number;
  failed: number;
  durationP95: number | null;
  /** Cost of all attempts whose price is known. */
  costUsd: number;
  /** Attempts whose price is unknown. */
  unpricedCalls: number;
  /** The latest failed run. */
  lastFailedRunId: string | null;
}

/** One answer counts at most this many runs, the newest. */
export const MAX_RUNS = 10_000;
const MAX_WORKFLOWS = 50;

/** Only of succeeded and failed runs, because a user ended the cancelled ones. */
const DURATION = `case when status in ('succeeded', 'failed')
  then extract(epoch from finished_at - created_at) * 1000 end`;
const QUEUE_TIME = 'extract(epoch from started_at - created_at) * 1000';
const p95 = (ms: string) => `percentile_cont(0.95) within group (order by ${ms})`;
const quantiles = (ms: string) => `case when count(${ms}) > 0 then json_build_object(
  'p50', percentile_cont(0.5) within group (order by ${ms}), 'p95', ${p95(ms)}) end`;

/**
 * @param of.owner a subject; null = any
 * @param of.hiddenOwner leaves out the runs of this subject; undefined = none
 */
export async function readOverview(
  db: Queryable,
  {
    owner,
    hiddenOwner,
    since,
    until,
  }: { owner: string | null; hiddenOwner?: string | undefined; since: Date; until: Date },
): Promise<Overview> {
  const { rows } = await db.query({
    name: 'read-overview',
    text: `
      with recent as materialized (
        select id, workflow_name, ${sqlOutcome('runs')} as status, created_at, started_at, finished_at, cost, unpriced_calls,
          date_bin('1 minute', created_at, 'epoch') as minute
        from runs
        where id > $1 and created_at > $2 and ($3::text is null or owner = $3)
          and ($4::text is null or owner <> $4)
        order by id desc limit ${MAX_RUNS + 1}
      ), by_minute as (
        select minute, status, count(*) as runs from recent group by minute, status
      ), minutes as (
        select minute, ${p95(DURATION)} as duration, ${p95(QUEUE_TIME)} as queue_time
        from recent group by minute
      ), workflows as (
        select workflow_name, count(*) as runs, count(*) filter (where status = 'failed') as failed,
          ${p95(DURATION)} as duration, coalesce(sum(cost), 0) as cost_usd, sum(unpriced_calls) as unpriced_calls,
          (array_agg(id order by id desc) filter (where status = 'failed'))[1] as last_failed
        from recent group by workflow_name order by runs desc, workflow_name limit ${MAX_WORKFLOWS}
      )
      select
        (select count(*) from recent) as total, (select min(created_at) from recent) as oldest,
        (select ${quantiles(DURATION)} from recent) as duration,
        (select ${quantiles(QUEUE_TIME)} from recent) as "queueTime",
        (select coalesce(json_agg(json_build_object(
          'at', m.minute, 'durationP95', m.duration, 'queueTimeP95', m.queue_time,
          'runs', (select json_object_agg(b.status, b.runs) from by_minute b where b.minute = m.minute)
        ) order by m.minute), '[]') from minutes m) as minutes,
        (select coalesce(json_agg(json_build_object(
          'name', w.workflow_name, 'runs', w.runs, 'failed', w.failed, 'durationP95', w.duration,
          'costUsd', w.cost_usd, 'unpricedCalls', w.unpriced_calls, 'lastFailedRunId', w.last_failed
        ) order by w.runs desc, w.workflow_name), '[]')
        from workflows w) as workflows`,
    values: [earliestIdOf(since, -CLOCKS_APART_MS), since, owner, hiddenOwner ?? null],
    // The best index depends on whether there is an owner.
    prepare: false,
  });
  const { total, oldest, minutes, ...rest } = rows[0];
  const counted: OverviewMinute[] = minutes.map((minute: OverviewMinute) => ({
    ...minute,
    at: new Date(minute.at),
  }));
  return {
    ...rest,
    since: total > MAX_RUNS ? oldest : since,
    until,
    minutes: counted,
    runs: sumRuns(counted),
  };
}

/** Succeeded runs as a share of succeeded and failed runs; null = there are none. */
export function successShare(runs: Overview['runs']): number | null {
  const { succeeded = 0, failed = 0 } = runs;
  return succeeded + failed === 0 ? null : succeeded / (succeeded + failed);
}

function sumRuns(minutes: readonly OverviewMinute[]): Overview['runs'] {
  const sums: Overview['runs'] = {};
  for (const { runs } of minutes)
    for (const [status, count] of Object.entries(runs) as [keyof Counts, number][])
      sums[status] = (sums[status] ?? 0) + count;
  return sums;
}
