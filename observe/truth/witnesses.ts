import { LANE_KINDS } from '@aio/catalog/labels';
import type { Database } from '@aio/loadtest/lib/database';

/** Label values, in the order of the labels, and the count. */
export type Counts = ReadonlyMap<string, number>;

/**
 * Attempts. Earlier attempts of a step are in `step_attempts`. A step that is cancelled before its next attempt starts
 * still has the number and start of the last one.
 */
const STARTED = `
  select s.run_id, s.step, s.kind, a.status as outcome, a.error, a.usage, a.ready_at, a.started_at, a.finished_at
  from step_attempts a join steps s using (run_id, step, iteration)
  union all
  select run_id, step, kind, case when resolution = 'fallback' then 'failed' else status end, error, usage,
    ready_at, started_at, finished_at
  from steps s
  where attempt > 0 and started_at is not null and resolution is distinct from 'reused'
    and not exists (
      select from step_attempts a
      where (a.run_id, a.step, a.iteration, a.attempt) = (s.run_id, s.step, s.iteration, s.attempt)
    )`;
const ATTEMPTS = `
  select started.*, runs.workflow_name, runs.owner from (${STARTED}) as started join runs on runs.id = run_id
  where started.finished_at is not null`;
const LANES = LANE_KINDS.map((kind) => `'${kind}'`).join(', ');

const seconds = (until: string, from: string) =>
  `extract(epoch from ${until} - ${from})::float8 as value`;

/** Counts in PostgreSQL, by the metric that they check. */
const COUNTED = {
  submitted: `select workflow_name, count(*) from runs where parent_run_id is null group by 1`,
  runs: `select workflow_name, status, count(*) from runs where finished_at is not null group by 1, 2`,
  steps: `
    select kind, status, count(*) from steps
    where finished_at is not null and resolution is distinct from 'reused' group by 1, 2`,
  attempts: `select kind, outcome, count(*) from (${ATTEMPTS}) as a group by 1, 2`,
  retries: `
    select s.kind, count(*) from step_attempts a join steps s using (run_id, step, iteration)
    where a.status = 'failed' group by 1`,
  failures: `
    select kind, error->>'code', count(*) from (${ATTEMPTS}) as a where outcome = 'failed' group by 1, 2`,
  activeRuns: `select status, count(*) from runs where status in ('running', 'waiting') group by 1`,
  queueDepth: `
    select lane, 'queued_runs', count(*) from runs where status = 'queued' group by 1
    union all
    select lane, 'ready_steps', count(*) from steps where status = 'ready' group by 1`,
  tokens: `
    select workflow_name, t.direction, sum(t.tokens) from (${ATTEMPTS}) as a
    cross join lateral (values ('input', (usage->>'inputTokens')::float8),
                               ('output', (usage->>'outputTokens')::float8)) as t(direction, tokens)
    where usage is not null group by 1, 2`,
  cost: `
    select workflow_name, sum((usage->>'costUsd')::float8) from (${ATTEMPTS}) as a where usage is not null group by 1`,
  ownerCost: `
    select owner, sum((usage->>'costUsd')::float8) from (${ATTEMPTS}) as a where usage is not null group by 1`,
  ownerSubmitted: `select owner, count(*) from runs where parent_run_id is null group by 1`,
  ownerRuns: `select owner, status, count(*) from runs where finished_at is not null group by 1, 2`,
  workflowSteps: `
    select workflow_name, step, count(*) from (${ATTEMPTS}) as a
    where outcome in ('succeeded', 'failed') and started_at is not null and kind in (${LANES}) group by 1, 2`,
  workflowStepFailures: `
    select workflow_name, step, count(*) from (${ATTEMPTS}) as a where outcome = 'failed' group by 1, 2`,
  waiting: `
    select r.workflow_name, 'queued_runs', count(*) from runs r where status = 'queued' group by 1
    union all
    select r.workflow_name, 'ready_steps', count(*) from steps s join runs r on r.id = s.run_id
    where s.status = 'ready' group by 1`,
} as const;

/** All durations, in seconds. */
const TIMED = {
  runs: `select ${seconds('finished_at', 'created_at')} from runs where finished_at is not null`,
  runQueueTime: `select ${seconds('started_at', 'created_at')} from runs where started_at is not null`,
  queueTime: `select ${seconds('started_at', 'ready_at')} from (${STARTED}) as a`,
  execution: `
    select ${seconds('finished_at', 'started_at')} from (${ATTEMPTS}) as a
    where outcome in ('succeeded', 'failed')`,
} as const;

export type Counted = keyof typeof COUNTED;

/** @returns counts by label values, joined with a space, e.g. `http failed` */
export async function countRows(db: Database, what: Counted): Promise<Counts> {
  const { rows } = await db.query<(string | number)[]>({ text: COUNTED[what], rowMode: 'array' });
  return new Map(rows.map((row) => [row.slice(0, -1).join(' '), Number(row.at(-1))]));
}

export async function timeRows(db: Database, what: keyof typeof TIMED): Promise<number[]> {
  const { rows } = await db.query<{ value: number }>(TIMED[what]);
  return rows.map(({ value }) => value);
}
