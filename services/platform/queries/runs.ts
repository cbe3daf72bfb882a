import type { Failure } from '@aio/core/errors';
import type { RunStatus } from '@aio/core/run/states';
import type { Queryable } from '../queryable.ts';

/** A run without its steps, input and output. */
export interface RunSummary {
  id: string;
  workflow: string;
  version: number;
  owner: string;
  status: RunStatus;
  error: Failure | null;
  retryOf: string | null;
  traceparent: string | null;
  eventSeq: number;
  stepsTotal: number;
  stepsDone: number;
  createdAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
  /** Kinds of what a waiting run waits for; a step with a `due_at` of another kind waits for its retry. */
  waitingFor: ('approval' | 'delay' | 'retry')[];
}

export interface RunDetail extends RunSummary {
  workflowVersionId: string;
  input: unknown;
  output: unknown;
  definition: { steps: Record<string, { type: string; needs?: string[] }> };
  /** The newest run that goes on from this one. */
  retriedBy: string | null;
  usage: { inputTokens: number; outputTokens: number; costUsd: number };
}

const SUMMARY = `
  r.id, r.workflow_name as workflow, v.version, r.owner, r.status, r.error, r.retry_of as "retryOf",
  r.traceparent, r.event_seq as "eventSeq", r.steps_total as "stepsTotal", r.steps_done as "stepsDone",
  r.created_at as "createdAt", r.started_at as "startedAt", r.finished_at as "finishedAt",
  case when r.status = 'waiting' then array(
    select distinct case when s.kind in ('approval', 'delay') then s.kind else 'retry' end
    from steps s where s.run_id = r.id and s.status = 'waiting' order by 1
  ) else '{}' end as "waitingFor"`;

export interface RunFilter {
  workflow?: string | undefined;
  statuses?: readonly RunStatus[] | undefined;
  createdAfter?: Date | undefined;
  createdBefore?: Date | undefined;
}

/** A page of runs, newest first; `before` = the last id of the page before. */
export async function listRuns(
  db: Queryable,
  filter: RunFilter,
  page: { limit: number; before: string | null },
): Promise<RunSummary[]> {
  const { rows } = await db.query({
    name: 'list-runs',
    // Which index serves depends on the filter, so each combination is planned with its values.
    prepare: false,
    text: `
      select ${SUMMARY}
      from runs r join workflow_versions v on v.id = r.workflow_version_id
      where ($1::text is null or r.workflow_id = (select id from workflows where name = $1))
        and ($2::text[] is null or r.status = any($2))
        and ($3::timestamptz is null or r.created_at >= $3)
        and ($4::timestamptz is null or r.created_at < $4)
        and ($5::uuid is null or r.id < $5)
      order by r.id desc limit $6`,
    values: [
      filter.workflow ?? null,
      filter.statuses ?? null,
      filter.createdAfter ?? null,
      filter.createdBefore ?? null,
      page.before,
      page.limit,
    ],
  });
  return rows;
}

/** These runs as they stand now; those that do not exist are left out. */
export async function readRunSummaries(
  db: Queryable,
  runIds: readonly string[],
): Promise<RunSummary[]> {
  const { rows } = await db.query({
    name: 'read-run-summaries',
    text: `
      select ${SUMMARY} from runs r join workflow_versions v on v.id = r.workflow_version_id
      where r.id = any($1::uuid[]) order by r.id`,
    values: [runIds],
  });
  return rows;
}

/** null = no such run. */
export async function getRun(db: Queryable, id: string): Promise<RunDetail | null> {
  const { rows } = await db.query({
    name: 'get-run',
    text: `
      select ${SUMMARY}, r.workflow_version_id as "workflowVersionId", r.input, r.output, v.definition,
        (select n.id from runs n where n.retry_of = r.id order by n.id desc limit 1) as "retriedBy",
        (select json_build_object(
            'inputTokens', coalesce(sum((u.usage ->> 'inputTokens')::bigint), 0),
            'outputTokens', coalesce(sum((u.usage ->> 'outputTokens')::bigint), 0),
            'costUsd', coalesce(sum((u.usage ->> 'costUsd')::float8), 0))
          from (
            select usage from steps where run_id = r.id and usage is not null
            union all select usage from step_attempts where run_id = r.id and usage is not null
          ) u) as usage
      from runs r join workflow_versions v on v.id = r.workflow_version_id
      where r.id = $1`,
    values: [id],
  });
  return rows[0] ?? null;
}
