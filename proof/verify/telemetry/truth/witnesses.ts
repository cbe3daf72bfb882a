import { LANE_KINDS } from '@aio/catalog/metrics/labels';
import { max, sum } from '@aio/slo/promql';
import { type Query } from '@aio/slo/query';
import { countOf, select } from '@aio/catalog/metrics/select';
import type { Database } from '@aio/tools/system/database';
import type { ReceivedLogRecord } from '@aio/runtime/otlp/otlp-logs';
import type { Stopwatch } from '../load/client.ts';

/** A figure from Prometheus and from an independent source. */
export interface Figure {
  what: string;
  /** Grafana's unit. */
  unit: string;
  prometheus: number;
  truth: number;
  /** The independent source; `lines` are the API's log lines of requests. */
  witness: 'rows' | 'client' | 'simulator' | 'lines';
  /** Largest allowed difference; 0 = they must be equal. */
  tolerance: number;
}

export function isTrue({ prometheus, truth, tolerance }: Figure): boolean {
  // Sums of fractions may differ in the last digits.
  return Math.abs(prometheus - truth) <= tolerance + 1e-9 * Math.abs(truth);
}

/**
 * Width of the bucket that contains the value: the uncertainty of the histogram.
 * @param buckets upper bounds, ascending
 */
export function bucketWidth(value: number, buckets: readonly number[]): number {
  const index = buckets.findIndex((bound) => value <= bound);
  // Above the last bound, Prometheus returns that bound.
  if (index === -1) return value - (buckets.at(-1) ?? 0);
  return (buckets[index] as number) - (buckets[index - 1] ?? 0);
}

/** Label values, in the order of the labels, and the count. */
export type Counts = ReadonlyMap<string, number>;

/** Values by the labels of the query. */
export type Ask = (query: Query<string>) => Promise<Counts>;

export interface Witnesses {
  db: Database;
  /** Every request to the API, without event streams and probes. */
  client: Pick<Stopwatch, 'requests' | 'lateSeconds'>;
  /** Calls to models that the simulator received. */
  modelCalls: number;
  /** Every log record that API and workers exported. */
  logRecords: readonly Pick<ReceivedLogRecord, 'eventName' | 'attributes'>[];
}

/** A person's "no" is no failure. */
const OUTCOME = `case when status = 'failed' and error ->> 'code' = 'rejected' then 'rejected' else status end`;

/**
 * Attempts. Earlier attempts of a step are in `step_attempts`. A step that is cancelled before its next attempt starts
 * still has the number and start of the last one.
 */
const STARTED = `
  select s.run_id, s.step, s.kind, a.status as outcome, a.error, a.usage, a.ready_at, a.started_at, a.finished_at
  from step_attempts a join steps s using (run_id, step, iteration)
  union all
  select run_id, step, kind, ${OUTCOME}, error, usage, ready_at, started_at, finished_at
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

/** Counts that metrics and rows both have. The processes are new, so counters began at 0 and need no `increase`. */
export const COUNTED: readonly (readonly [title: string, query: Query<string>, rows: string])[] = [
  [
    'runs submitted',
    sum(select('runsSubmitted'), ['workflow']),
    `select workflow_name, count(*) from runs where parent_run_id is null group by 1`,
  ],
  [
    'runs accepted',
    sum(select('runsAccepted')),
    `select count(*) from runs where parent_run_id is null`,
  ],
  [
    'runs ended by outcome',
    sum(select('runsEnded'), ['outcome']),
    `select ${OUTCOME}, count(*) from runs where finished_at is not null group by 1`,
  ],
  [
    'runs ended',
    sum(select('workflowRunsEnded'), ['workflow', 'outcome']),
    `select workflow_name, ${OUTCOME}, count(*) from runs where finished_at is not null group by 1, 2`,
  ],
  [
    'steps ended',
    sum(select('stepsFinished'), ['kind', 'status']),
    `select kind, status, count(*) from steps
     where finished_at is not null and resolution is distinct from 'reused' group by 1, 2`,
  ],
  [
    'attempts ended',
    sum(select('stepAttempts'), ['kind', 'outcome']),
    `select kind, outcome, count(*) from (${ATTEMPTS}) as a group by 1, 2`,
  ],
  [
    'retries',
    sum(select('stepRetries'), ['kind']),
    `select s.kind, count(*) from step_attempts a join steps s using (run_id, step, iteration)
     where a.status = 'failed' group by 1`,
  ],
  [
    'failures',
    sum(select('stepFailures'), ['kind', 'error_type']),
    `select kind, error->>'code', count(*) from (${ATTEMPTS}) as a where outcome = 'failed' group by 1, 2`,
  ],
  [
    'active runs',
    max(select('activeRuns'), ['state']),
    `select status, count(*) from runs where status in ('running', 'waiting') group by 1`,
  ],
  [
    'queue depth',
    max(select('queueDepth'), ['queue', 'state']),
    `select 'default', 'queued_runs', count(*) from runs where status = 'queued' group by 1
     union all
     select lane, 'ready_steps', count(*) from steps where status = 'ready' group by 1`,
  ],
  ...(
    [
      ['input tokens', 'genAiInputTokens', 'inputTokens'],
      ['cached input tokens', 'genAiCacheReadTokens', 'cachedInputTokens'],
      ['input tokens written to a cache', 'genAiCacheWriteTokens', 'cacheWriteInputTokens'],
      ['output tokens', 'genAiOutputTokens', 'outputTokens'],
      ['output tokens of reasoning', 'genAiReasoningTokens', 'reasoningOutputTokens'],
    ] as const
  ).map(
    ([title, metric, count]) =>
      [
        title,
        sum(select(metric), ['workflow']),
        `select workflow_name, sum((usage->>'${count}')::float8) from (${ATTEMPTS}) as a
         where usage is not null group by 1`,
      ] as const,
  ),
  [
    'cost',
    sum(select('llmCost'), ['workflow']),
    `select workflow_name, sum((usage->>'costUsd')::float8) from (${ATTEMPTS}) as a where usage is not null group by 1`,
  ],
  [
    'cost by owner',
    sum(select('ownerLlmCost'), ['owner']),
    `select owner, sum((usage->>'costUsd')::float8) from (${ATTEMPTS}) as a where usage is not null group by 1`,
  ],
  [
    'runs submitted by owner',
    sum(select('ownerRunsSubmitted'), ['owner']),
    `select owner, count(*) from runs where parent_run_id is null group by 1`,
  ],
  [
    'runs ended by owner',
    sum(select('ownerRunsEnded'), ['owner', 'outcome']),
    `select owner, ${OUTCOME}, count(*) from runs where finished_at is not null group by 1, 2`,
  ],
  [
    'attempts of steps',
    sum(countOf('workflowStepTime'), ['workflow', 'step']),
    `select workflow_name, step, count(*) from (${ATTEMPTS}) as a
     where outcome in ('succeeded', 'failed') and started_at is not null and kind in (${LANES}) group by 1, 2`,
  ],
  [
    'failures of steps',
    sum(select('workflowStepFailures'), ['workflow', 'step']),
    `select workflow_name, step, count(*) from (${ATTEMPTS}) as a where outcome = 'failed' group by 1, 2`,
  ],
  [
    'waiting',
    max(select('queueWaiting'), ['workflow', 'state']),
    `select r.workflow_name, 'queued_runs', count(*) from runs r where status = 'queued' group by 1
     union all
     select r.workflow_name, 'ready_steps', count(*) from steps s join runs r on r.id = s.run_id
     where s.status = 'ready' group by 1`,
  ],
];

/** All durations, in seconds. */
const TIMED = {
  runs: `select ${seconds('finished_at', 'created_at')} from runs where finished_at is not null`,
  runQueueTime: `select ${seconds('started_at', 'created_at')} from runs where started_at is not null`,
  queueTime: `select ${seconds('started_at', 'ready_at')} from (${STARTED}) as a`,
  execution: `
    select ${seconds('finished_at', 'started_at')} from (${ATTEMPTS}) as a
    where outcome in ('succeeded', 'failed', 'rejected')`,
} as const;

/** @returns counts by label values, joined with a space, e.g. `http failed` */
export async function countRows(db: Database, text: string): Promise<Counts> {
  const { rows } = await db.query<(string | number)[]>({ text, rowMode: 'array' });
  return new Map(rows.map((row) => [row.slice(0, -1).join(' '), Number(row.at(-1))]));
}

export async function timeRows(db: Database, what: keyof typeof TIMED): Promise<number[]> {
  const { rows } = await db.query<{ value: number }>(TIMED[what]);
  return rows.map(({ value }) => value);
}
