/** Shared by retry and replay: a new run that reuses results of an ended run. */

import { AioError } from '@aio/core/errors';
import type { RunNames } from '@aio/core/run/labels';
import { isRunTerminal, type RunStatus, type StepStatus } from '@aio/core/run/states';
import type { Queryable } from '../../postgres/queryable.ts';
import type { SuccessorDefinition } from './reusable-steps.ts';

/** The run to retry or replay. */
export interface EndedRun {
  status: RunStatus;
  workflowId: string;
  workflowName: string;
  /** Subject of its owner. */
  owner: string;
  definition: SuccessorDefinition;
  /** null = runs of its version have neither titles nor labels. */
  input: unknown;
  /** Statuses of its steps, without items. */
  statuses: ReadonlyMap<string, StepStatus>;
}

/**
 * Locks the run, so that of concurrent requests the first makes the new run.
 * @param of.onlyOwner the subject that must own the run; null = any
 * @throws AioError `not_found`
 */
export async function lockRun(
  db: Queryable,
  { runId, onlyOwner }: { runId: string; onlyOwner: string | null },
): Promise<EndedRun> {
  const { rows } = await db.query({
    name: 'lock-ended-run',
    text: `
      select r.status, r.workflow_id, r.workflow_name, r.owner, v.definition,
        (
          select coalesce(json_object_agg(s.step, s.status), '{}') from steps s
          where s.run_id = r.id and s.iteration = -1
        ) as statuses
      from runs r join workflow_versions v on v.id = r.workflow_version_id
      where r.id = $1 and ($2::text is null or r.owner = $2)
      for no key update of r`,
    values: [runId, onlyOwner],
  });
  if (!rows[0])
    throw new AioError(
      'not_found',
      `Run ${runId} does not exist, or you do not have access to it.`,
    );
  const { status, workflow_id: workflowId, workflow_name: workflowName } = rows[0];
  const { owner, definition, statuses } = rows[0];
  return {
    status,
    workflowId,
    workflowName,
    owner,
    definition,
    input: definition.title || definition.labels ? await readInput(db, runId) : null,
    statuses: new Map(Object.entries(statuses as Record<string, StepStatus>)),
  };
}

async function readInput(db: Queryable, runId: string): Promise<unknown> {
  const { rows } = await db.query({
    name: 'read-input-for-names',
    text: 'select input from runs where id = $1',
    values: [runId],
  });
  return rows[0]?.input ?? null;
}

/** @throws AioError `run_not_finished` */
export function requireEnded(status: RunStatus): void {
  if (isRunTerminal(status)) return;
  throw new AioError(
    'run_not_finished',
    `The run has not ended: it is ${status}. Wait for its end, or cancel it first.`,
    {
      details: { status },
    },
  );
}

/**
 * Takes an idempotency key. Waits for a concurrent transaction that takes the same key.
 * @returns the run that the key stands for: the new run, or that of an earlier equal request
 * @throws AioError `idempotency_conflict` if the key stands for another request
 */
export async function takeKey(
  db: Queryable,
  key: { newId: string; runId: string; by: string; idempotencyKey: string; requestHash: string },
): Promise<string> {
  const { rows } = await db.query({
    name: 'take-successor-key',
    text: `
      insert into idempotency_keys as k (owner, workflow_id, key, request_hash, run_id, expires_at)
      select $3, workflow_id, $4, $5, $1, now() + interval '24 hours' from runs where id = $2
      on conflict (owner, workflow_id, key) do update set
        request_hash = case when k.expires_at <= now() then excluded.request_hash else k.request_hash end,
        run_id = case when k.expires_at <= now() then excluded.run_id else k.run_id end,
        expires_at = case when k.expires_at <= now() then excluded.expires_at else k.expires_at end
      returning request_hash, run_id`,
    values: [key.newId, key.runId, key.by, key.idempotencyKey, key.requestHash],
  });
  if (rows[0]?.request_hash === key.requestHash) return rows[0].run_id;
  throw new AioError(
    'idempotency_conflict',
    'You used this Idempotency-Key with another request less than 24 hours ago. Use a new key.',
  );
}

export interface Successor {
  newId: string;
  runId: string;
  /** The relation of the new run to the first. */
  as: 'retry' | 'replay';
  /** JSON text; null = the same input. */
  input: string | null;
  names: RunNames;
  stepsTotal: number;
  /** The new run's timeout; null = none. */
  timeoutMs: number | null;
  traceparent: string | null;
  parentSpanId: string | null;
  tracestate: string | null;
}

/**
 * Inserts a run of the same version and owner.
 * @throws AioError `not_found`
 */
export async function insertSuccessor(db: Queryable, successor: Successor): Promise<void> {
  const { newId, runId, as, input, names, stepsTotal, timeoutMs } = successor;
  const { rowCount } = await db.query({
    name: 'insert-successor',
    text: `
      insert into runs (id, workflow_id, workflow_version_id, workflow_name, owner, input, title, labels,
                        retry_of, replay_of, steps_total, traceparent, parent_span_id, tracestate, deadline_at)
      select $1, workflow_id, workflow_version_id, workflow_name, owner, coalesce($9::json, input), $10, $11,
             case when $8 = 'retry' then id end, case when $8 = 'replay' then id end,
             $3, $5, $6, $7, now() + $4::float8 * interval '1 millisecond'
      from runs where id = $2`,
    values: [
      newId,
      runId,
      stepsTotal,
      timeoutMs,
      successor.traceparent,
      successor.parentSpanId,
      successor.tracestate,
      as,
      input,
      names.title,
      names.labels,
    ],
  });
  // Retention has deleted it since it was locked.
  if (rowCount === 0)
    throw new AioError(
      'not_found',
      `Run ${runId} does not exist, or you do not have access to it.`,
    );
}

/**
 * Copies reusable rows and numbers them as events of the new run. For a map that is reused whole, it also copies failed
 * items, because the map's output has a place for each.
 */
export async function copySteps(
  db: Queryable,
  copy: {
    newId: string;
    runId: string;
    /** Steps to reuse whole. */
    whole: readonly string[];
    /** Steps of which to reuse succeeded items. */
    partly: readonly string[];
    /** A step to mark as succeeded with this JSON text. */
    edited: { step: string; output: string } | null;
  },
): Promise<void> {
  const { newId, runId, whole, partly, edited } = copy;
  await db.query({
    name: 'copy-steps',
    text: `
      with taken as (
        select s.*, s.iteration >= 0 and s.step = any($3::text[]) as item_of_whole,
          coalesce(s.step = $5 and s.iteration = -1, false) as is_edited,
          row_number() over (order by s.finished_seq, s.step, s.iteration) as nth
        from steps s
        where s.run_id = $2 and (
          s.step = any($3::text[])
          or s.step = any($4::text[]) and s.iteration >= 0 and s.status = 'succeeded'
          or s.step = $5 and s.iteration = -1
        )
      ), copied as (
        insert into steps (run_id, step, iteration, kind, lane, status, resolution, attempt,
                           output, error, finished_at, finished_seq)
        select $1, step, iteration, kind, lane,
               case when is_edited then 'succeeded' else status end,
               case when is_edited then 'edited' when status = 'succeeded' then 'reused' end,
               attempt,
               case when is_edited then $6::json else output end,
               case when not is_edited then error end, now(), 1 + nth
        from taken
      ), count as (
        select count(*) as done, count(*) filter (where item_of_whole) as items,
          count(*) filter (where iteration = -1 and (is_edited or status = 'succeeded')) as succeeded
        from taken
      )
      update runs set
        event_seq = event_seq + count.done,
        steps_done = count.done,
        steps_succeeded = count.succeeded,
        -- A worker counts the items of the other maps when it expands them.
        steps_total = steps_total + count.items,
        items_total = count.items
      from count where id = $1`,
    values: [newId, runId, whole, partly, edited?.step ?? null, edited?.output ?? null],
  });
}
