import type { Failure } from '@aio/core/errors';
import type { Labels } from '@aio/core/run/labels';
import type { Waiting } from '@aio/core/run/wait-reason';
import type { Queryable } from '../../postgres/queryable.ts';
import { findRuns, oldestLookedAt, type RunFilter } from './find-runs.ts';
import { type Page, type PageRequest, parseIdCursor, toPage } from '../page.ts';
import { nameOf } from '../principals.ts';
import { CHILDREN_COST, type ChildrenCost } from './children-cost.ts';
import { type OpenRun, readRunWaits } from './read-wait-reasons.ts';
import { takeoverOf } from './takeover.ts';

export interface RunRow extends OpenRun {
  workflowName: string;
  /** null = it has none. */
  title: string | null;
  /** null = it has none. */
  labels: Labels | null;
  version: number;
  /** A subject. */
  owner: string;
  ownerName: string;
  error: Failure | null;
  retryOf: string | null;
  /** The run that it replays. */
  replayOf: string | null;
  /** The step that started this run (iteration -1 = the step itself); null = none. */
  parent: { runId: string; step: string; iteration: number } | null;
  /** Its child runs, their child runs, and so on. */
  children: ChildrenCost;
  /** null = not traced. */
  traceparent: string | null;
  createdAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
  /** Steps of the definition. Items of maps count apart. */
  stepsTotal: number;
  stepsSucceeded: number;
  itemsTotal: number;
  /** Cost so far of its own calls whose price is known; null = nothing executed. */
  costUsd: number | null;
  /** Its own calls so far whose price is unknown. */
  unpricedCalls: number;
  /** The beginning of the input as JSON; null = the input is empty or long. */
  inputStart: string | null;
  /** The person or program that started it, and how; `via` null = unknown. */
  startedBy: { who: string; via: 'bearer' | 'session' | 'workflow' | null };
}

export interface RunSummary extends RunRow {
  /** null = it does not wait. */
  waitingFor: Waiting | null;
}

const INPUT_START_CHARACTERS = 120;
/** Stored size. PostgreSQL reads a whole input even to return its start. */
const READ_INPUT_BYTES = 64 * 1024;

/** `inputStart` of an input. @param input JSON text */
export function startOfInput(input: string): string | null {
  if (input === '{}' || Buffer.byteLength(input) > READ_INPUT_BYTES) return null;
  return input.slice(0, INPUT_START_CHARACTERS).toWellFormed();
}

/** SQL: `inputStart` of a run `r`. */
export const INPUT_START = `
  case when pg_column_size(r.input) <= ${READ_INPUT_BYTES}
    then nullif(left(r.input::text, ${INPUT_START_CHARACTERS}), '{}') end`;

/** Columns for queries on `runs r join workflow_versions v`. */
export const RUN_SUMMARY_COLUMNS = `
  r.id, r.workflow_name as "workflowName", r.title, r.labels, v.version, r.status, r.owner, ${nameOf('r.owner')} as "ownerName", r.error,
  r.retry_of as "retryOf", r.replay_of as "replayOf", r.traceparent, r.created_at as "createdAt", r.started_at as "startedAt",
  r.finished_at as "finishedAt", r.steps_total - r.items_total as "stepsTotal",
  r.steps_succeeded as "stepsSucceeded", r.items_total as "itemsTotal",
  case when r.worker_id is not null and r.finished_at is null then ${takeoverOf('r.worker_id')} end as "takeoverAt",
  case when r.parent_run_id is not null then json_build_object(
    'runId', r.parent_run_id, 'step', r.parent_step, 'iteration', r.parent_iteration
  ) end as parent,
  (${CHILDREN_COST}) as children,
  r.cost as "costUsd", r.unpriced_calls as "unpricedCalls",
  ${INPUT_START} as "inputStart",
  case when r.parent_run_id is not null
    then json_build_object('who', ${nameOf('r.owner')}, 'via', 'workflow')
    else coalesce(
      -- The entry of the audit log on a run's start has the run's id.
      (select json_build_object('who', a.name, 'via', a.via) from audit_log a where a.id = r.id),
      json_build_object('who', ${nameOf('r.owner')}, 'via', null)
    )
  end as "startedBy"`;

/** Lists runs, newest first. */
export async function listRuns(
  db: Queryable,
  { limit, cursor, ...filter }: PageRequest & RunFilter,
): Promise<Page<RunSummary>> {
  const rows = await findRuns<RunRow>(db, {
    filter,
    cursor: parseIdCursor(cursor),
    columns: RUN_SUMMARY_COLUMNS,
    count: limit + 1,
  });
  const page = toPage(rows, limit, (run) => run.id);
  page.nextCursor ??= await oldestLookedAt(db, filter, cursor);
  const waits = await readRunWaits(db, page.items);
  const items = page.items.map((run) => ({ ...run, waitingFor: waits.get(run.id) ?? null }));
  return { ...page, items };
}
