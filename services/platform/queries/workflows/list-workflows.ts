import type { Queryable } from '../../postgres/queryable.ts';
import { type Page, type PageRequest, parseIdCursor, parseNumberCursor, toPage } from '../page.ts';
import { sqlOutcome } from '../runs/run-outcome.ts';
import { nameOf } from '../principals.ts';
import { PUBLISHED } from './get-workflow-version.ts';
import { SHOWN_VERSION } from './shown-steps.ts';
import {
  type DayCount,
  idsOfDay,
  lastDays,
  type LastRun,
  STATISTICS_DAYS,
} from './workflow-statistics.ts';

export interface WorkflowSummary {
  id: string;
  name: string;
  description: string | null;
  /** The published version, or else the newest. */
  version: number;
  /** When this version was created. */
  createdAt: Date;
  pausedAt: Date | null;
  /** Whether it is published and its input schema has an example, with which you can start it. */
  hasExample: boolean;
}

/** Statistics of a workflow's newest runs, for its row in a list. */
export interface WorkflowActivity {
  lastRun: LastRun | null;
  /** Among the last finished runs, at most `LAST_RUNS`. */
  succeeded: number;
  failed: number;
  /** Milliseconds from acceptance to the end; null = none has succeeded or failed. */
  p95DurationMs: number | null;
  runsPerDay: DayCount[];
}

/** How many finished runs of a workflow a list reads. */
export const LAST_RUNS = 50;
/** The highest count of runs per day and workflow in a list: it means this many or more. */
export const MOST_LISTED_A_DAY = 1_000;

/** Newest workflows first; `owner` null = any, `name` = a part of the name, null = any, `hasExample` = only those with one. */
export async function listWorkflows(
  db: Queryable,
  {
    owner,
    limit,
    cursor,
    name = null,
    hasExample = false,
  }: PageRequest & { owner: string | null; name?: string | null; hasExample?: boolean },
): Promise<Page<WorkflowSummary & WorkflowActivity>> {
  const days = lastDays(STATISTICS_DAYS);
  const bounds = days.map(idsOfDay);
  const { rows } = await db.query({
    name: 'list-workflows',
    text: LIST_WORKFLOWS,
    values: [
      parseIdCursor(cursor),
      limit + 1,
      owner,
      bounds.map(([from]) => from),
      bounds.map(([, below]) => below),
      name,
      hasExample,
    ],
    // The best index depends on whether there is an owner.
    prepare: false,
  });
  const page = toPage<Row>(rows, limit, (workflow) => workflow.id);
  return {
    ...page,
    items: page.items.map(({ counts, lastRun, ...row }) => ({
      ...row,
      lastRun: lastRun && { ...lastRun, createdAt: new Date(lastRun.createdAt) },
      runsPerDay: days.map((day, index) => ({ day, runs: counts[index]! })),
    })),
  };
}

type Row = WorkflowSummary & Omit<WorkflowActivity, 'runsPerDay'> & { counts: number[] };

// Each of the three subqueries reads a bounded part of the index of a workflow's runs.
const LIST_WORKFLOWS = `
  with page as (
    select w.id, w.name, v.definition ->> 'description' as description, v.version, v.created_at, w.paused_at,
      example.has_example
    from workflows w join workflow_versions v on v.workflow_id = w.id and v.version = ${SHOWN_VERSION}
    cross join lateral (
      select w.published_version is not null and coalesce(json_array_length(
        case when json_typeof(v.definition #> '{input,examples}') = 'array' then v.definition #> '{input,examples}' end
      ), 0) > 0 as has_example
    ) as example
    where ($1::uuid is null or w.id < $1) and ($3::text is null or w.owner = $3)
      and ($6::text is null or strpos(lower(w.name), lower($6)) > 0) and (not $7::bool or example.has_example)
    order by w.id desc limit $2
  )
  select w.id, w.name, w.description, w.version, w.created_at as "createdAt", w.paused_at as "pausedAt",
    w.has_example as "hasExample",
    (
      select json_build_object('id', r.id, 'status', r.status, 'createdAt', r.created_at) from runs r
      where r.workflow_id = w.id and ($3::text is null or r.owner = $3) order by r.id desc limit 1
    ) as "lastRun",
    finished.*,
    array(
      select (
        select count(*)::int from (
          select from runs r
          where r.workflow_id = w.id and r.id >= d.first and r.id < d.below and ($3::text is null or r.owner = $3)
          limit ${MOST_LISTED_A_DAY}
        ) as of_day
      )
      from unnest($4::uuid[], $5::uuid[]) with ordinality as d(first, below, place) order by d.place
    ) as counts
  from page w cross join lateral (
    select count(*) filter (where status = 'succeeded')::int as succeeded,
      count(*) filter (where status = 'failed')::int as failed,
      round((
        percentile_cont(0.95) within group (order by extract(epoch from finished_at - created_at)::float8 * 1000)
          filter (where status in ('succeeded', 'failed'))
      )::numeric, 3)::float8 as "p95DurationMs"
    from (
      select ${sqlOutcome('r')} as status, r.created_at, r.finished_at from runs r
      where r.workflow_id = w.id and r.finished_at is not null and ($3::text is null or r.owner = $3)
      order by r.id desc limit ${LAST_RUNS}
    ) as newest
  ) as finished
  order by w.id desc`;

/** The newest workflows, with the subjects of their owners. */
export async function listNewestWorkflows(
  db: Queryable,
  limit: number,
): Promise<{ name: string; owner: string }[]> {
  const { rows } = await db.query({
    name: 'list-newest-workflows',
    text: 'select name, owner from workflows order by id desc limit $1',
    values: [limit],
  });
  return rows;
}

export interface WorkflowVersionSummary {
  id: string;
  name: string;
  version: number;
  createdBy: string;
  createdAt: Date;
  publishedAt: Date | null;
  publishedBy: string | null;
}

/** Newest versions first. Empty if the workflow is unknown or another owner has it. */
export async function listWorkflowVersions(
  db: Queryable,
  name: string,
  { owner, limit, cursor }: PageRequest & { owner: string | null },
): Promise<Page<WorkflowVersionSummary>> {
  const { rows } = await db.query({
    name: 'list-workflow-versions',
    text: `
      select v.id, w.name, v.version, ${nameOf('v.created_by')} as "createdBy", v.created_at as "createdAt",
        ${PUBLISHED}
      from workflows w join workflow_versions v on v.workflow_id = w.id
      where w.name = $1 and ($2::int is null or v.version < $2) and ($4::text is null or w.owner = $4)
      order by v.version desc limit $3`,
    values: [name, parseNumberCursor(cursor), limit + 1, owner],
  });
  return toPage<WorkflowVersionSummary>(rows, limit, ({ version }) => String(version));
}
