import { MAX_READ_BYTES } from '@aio/core/definition/limits';
import { AioError } from '@aio/core/errors';
import type { StoredStep } from '@aio/core/run/rows';
import { RATE_LIMITED } from '@aio/core/run/step-outcome';
import type { EngineStorage, StepFacts } from '@aio/core/run/storage';
import type { Queryable } from '../../postgres/queryable.ts';
import { kindsThat } from '../queues/step-kinds.ts';

const APPROVALS = kindsThat(({ waitsFor }) => waitsFor === 'approval');

/** Rows of the steps that have become ready, including items of maps, without outputs. */
export async function loadSteps(db: Queryable, runId: string): Promise<StoredStep[]> {
  const { rows } = await db.query({
    name: 'load-steps',
    text: `
      select step, iteration, status, attempt, crashes, error, worker_id as "workerId", span_id as "spanId",
        started_seq::float8 as "startedSeq",
        extract(epoch from ready_at)::float8 * 1000 as "readyAtMs",
        extract(epoch from coalesce(case when attempt > 1 then (
          select min(a.ready_at) from step_attempts a
          where a.run_id = s.run_id and a.step = s.step and a.iteration = s.iteration
        ) end, ready_at))::float8 * 1000 as "firstReadyAtMs",
        extract(epoch from started_at)::float8 * 1000 as "startedAtMs",
        extract(epoch from finished_at)::float8 * 1000 as "finishedAtMs",
        extract(epoch from due_at)::float8 * 1000 as "dueAtMs",
        case when status = 'waiting' then (
          select extract(epoch from a.finished_at)::float8 * 1000 from step_attempts a
          where a.run_id = s.run_id and a.step = s.step and a.iteration = s.iteration and a.attempt = s.attempt
        ) end as "attemptEndedAtMs",
        case when status = 'waiting' and kind = any (${APPROVALS}) then (
          select a.id from approvals a
          where a.run_id = s.run_id and a.step = s.step and a.iteration = s.iteration
          order by a.id desc limit 1
        ) end as "approvalId",
        extract(epoch from ended.first_started_at)::float8 * 1000 as "firstStartedAtMs",
        coalesce(ended.rate_limits, 0) as "rateLimits"
      from steps s left join lateral (
        select min(a.started_at) as first_started_at,
          count(*) filter (where a.error ->> 'code' = $2)::int as rate_limits
        from step_attempts a
        where a.run_id = $1 and a.step = s.step and a.iteration = s.iteration
      ) ended on s.attempt > 0 and s.finished_at is null
      where s.run_id = $1`,
    values: [runId, RATE_LIMITED],
  });
  return rows;
}

/**
 * Facts about these steps for expressions: each step, followed by its items in order. PostgreSQL sums up their outputs
 * before it sends any.
 * @throws AioError `values_too_large`
 */
export async function loadFacts(
  db: Queryable,
  runId: string,
  steps: readonly string[],
): Promise<StepFacts[]> {
  const { rows } = await db.query({
    name: 'load-facts',
    text: `
      with summed as (
        select step, iteration, status, attempt, error, output,
          coalesce(sum(octet_length(output::text)) over (), 0)::float8 as bytes
        from steps where run_id = $1 and step = any($2::text[])
      )
      select step, iteration, status, attempt, error, bytes,
        case when bytes <= ${MAX_READ_BYTES} then output::text end as output
      from summed order by step, iteration`,
    values: [runId, steps],
  });
  const { bytes } = rows[0] ?? { bytes: 0 };
  if (bytes > MAX_READ_BYTES) throw tooLarge(bytes);
  return rows;
}

/** A version's number and its validated definition. */
export async function loadDefinition(
  db: Queryable,
  workflowVersionId: string,
): ReturnType<EngineStorage['loadDefinition']> {
  const { rows } = await db.query({
    name: 'load-definition',
    text: 'select version, definition from workflow_versions where id = $1',
    values: [workflowVersionId],
  });
  return rows[0];
}

function tooLarge(bytes: number): AioError {
  return new AioError(
    'values_too_large',
    `The expressions read ${bytes} bytes of outputs, but the limit is ${MAX_READ_BYTES}. Use fewer or shorter outputs.`,
    { details: { bytes, limit: MAX_READ_BYTES } },
  );
}
