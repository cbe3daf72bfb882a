import { DEFAULT_LANE } from '@aio/core/definition/kinds/kind';
import { waitsForOf } from '@aio/core/definition/kinds/registry';
import type { Failure } from '@aio/core/errors';
import type { StepStatus } from '@aio/core/run/states';
import type { Queryable } from '../../postgres/queryable.ts';
import { type Page, type PageRequest, parseNumberCursor, toPage } from '../page.ts';
import { type ChildRun, type EventKey, readRelations, type Relations } from './step-relations.ts';
import { takeoverOf } from './takeover.ts';

export interface StepAttempt {
  /** From 1. */
  number: number;
  status: StepStatus | 'worker_lost';
  readyAt: Date | null;
  startedAt: Date;
  /** null = still running. */
  finishedAt: Date | null;
  error: Failure | null;
  usage: Record<string, unknown> | null;
  workerId: string | null;
  spanId: string | null;
}

/** A step, or one item of a map. */
export interface RunStep {
  runId: string;
  step: string;
  /** -1 = the step itself. */
  iteration: number;
  kind: string;
  lane: string;
  status: StepStatus;
  resolution: 'reused' | 'edited' | null;
  /** Number of started attempts; for a reused step, in the original run. */
  attempt: number;
  crashes: number;
  error: Failure | null;
  usage: Record<string, unknown> | null;
  workerId: string | null;
  spanId: string | null;
  dueAt: Date | null;
  readyAt: Date | null;
  /** Start of the last attempt. */
  startedAt: Date | null;
  finishedAt: Date | null;
  approvalId: string | null;
  /** Set until a decision. */
  approval: { id: string; role: string | null; user: string | null } | null;
  /** The event for which the step waits. */
  event: EventKey | null;
  /** The latest child run of a `workflow` step. */
  child: ChildRun | null;
  /** The last attempt failed, and another one follows. */
  isBetweenAttempts: boolean;
  /** If its worker is silent: the latest time of a takeover. null = the heartbeat is recent, or nothing runs. */
  takeoverAt: Date | null;
  /** When its first attempt was ready. */
  firstReadyAt: Date | null;
  /** In order, with the last one. Of those before it, some may be left out, the oldest first: `MOST_EARLIER`. */
  attempts: StepAttempt[];
}

/** Attempts before the last one of their step, in all steps of a run, or of a page of items. */
export const MOST_EARLIER = 500;
/** Of one step: `maxAttempts` are at most 20; refused calls (429) and dead workers, which add to them, fewer than 10. */
const MOST_OF_STEP = 50;

/** The steps of a run that have a row, by name, without items of maps. */
export async function readSteps(db: Queryable, runId: string): Promise<RunStep[]> {
  const [steps, attempts] = await Promise.all([
    db.query({
      name: 'read-steps',
      text: `
        select ${STEP_COLUMNS} from steps s
          left join approvals a on a.run_id = s.run_id and a.step = s.step and a.iteration = s.iteration
        where s.run_id = $1 and s.iteration = -1
        order by s.step, s.iteration`,
      values: [runId],
    }),
    db.query({ name: 'read-attempts', text: STEP_ATTEMPTS, values: [runId] }),
  ]);
  const ended = byStep(attempts.rows);
  const relations = await readRelations(db, runId, steps.rows, null);
  return steps.rows.map((row) => toStep(row, ended, relations));
}

/** Items of a map in order; empty if the step is not a map or has not started. */
export async function listStepItems(
  db: Queryable,
  { runId, step, limit, cursor }: PageRequest & { runId: string; step: string },
): Promise<Page<RunStep>> {
  const after = parseNumberCursor(cursor) ?? -1;
  const items = await db.query({
    name: 'list-step-items',
    text: `
      select ${STEP_COLUMNS} from steps s
        left join approvals a on a.run_id = s.run_id and a.step = s.step and a.iteration = s.iteration
      where s.run_id = $1 and s.step = $2 and s.iteration > $3
      order by s.step, s.iteration limit $4`,
    values: [runId, step, after, limit + 1],
  });
  const page = toPage<StepRow>(items.rows, limit, ({ iteration }) => String(iteration));
  const last = page.items.at(-1)?.iteration ?? after;
  const attempts = await db.query({
    name: 'read-item-attempts',
    text: ITEM_ATTEMPTS,
    values: [runId, step, after, last],
  });
  const ended = byStep(attempts.rows);
  const range = { step, from: after + 1, to: last };
  const relations = await readRelations(db, runId, page.items, range);
  return { ...page, items: page.items.map((row) => toStep(row, ended, relations)) };
}

/** All attempts of a step or an item, in order. */
export async function readStepAttempts(
  db: Queryable,
  { runId, step, iteration }: { runId: string; step: string; iteration: number },
): Promise<StepAttempt[]> {
  const values = [runId, step, iteration];
  const [rows, ended] = await Promise.all([
    db.query({
      name: 'read-step',
      text: `
        select ${STEP_COLUMNS} from steps s
          left join approvals a on a.run_id = s.run_id and a.step = s.step and a.iteration = s.iteration
        where s.run_id = $1 and s.step = $2 and s.iteration = $3`,
      values,
    }),
    db.query({
      name: 'read-step-attempts',
      text: `
        select ${ATTEMPT_COLUMNS} from step_attempts a
        where run_id = $1 and step = $2 and iteration = $3 order by attempt limit ${MOST_OF_STEP}`,
      values,
    }),
  ]);
  return rows.rows.flatMap((row) => attemptsOf(row, byStep(ended.rows)));
}

/** The JSON text of the output of a step or an item; null = it has none, or is a map, whose items have outputs. */
export async function findStepOutput(
  db: Queryable,
  key: { runId: string; step: string; iteration: number },
): Promise<string | null> {
  const { rows } = await db.query({
    name: 'find-step-output',
    text: `
      select output::text as text from steps
      where run_id = $1 and step = $2 and iteration = $3`,
    values: [key.runId, key.step, key.iteration],
  });
  return rows[0]?.text ?? null;
}

/** SQL: when the first attempt of a row of `steps s` became ready. */
export const FIRST_READY = `
  case when s.attempt > 1 or s.finished_at is null then coalesce((
    select a.ready_at from step_attempts a
    where a.run_id = s.run_id and a.step = s.step and a.iteration = s.iteration
    order by a.attempt limit 1
  ), s.ready_at) else s.ready_at end`;

/** SQL: who may decide, from a row of `approvals a`; null = decided, or there is no approval. */
export const PENDING_APPROVAL = `
  case when a.status = 'pending' then json_build_object('id', a.id,
    'role', case when pg_input_is_valid(a.approver::text, 'jsonb') then a.approver ->> 'role' end,
    'user', case when pg_input_is_valid(a.approver::text, 'jsonb') then a.approver ->> 'user' end) end`;

/** SQL: the last attempt of a waiting row of `steps s` failed, and another one follows. */
export const IS_BETWEEN_ATTEMPTS = 's.error is not null';

const STEP_COLUMNS = `
  s.run_id as "runId", s.step, s.iteration, s.kind, s.lane, s.status, s.resolution, s.attempt, s.crashes, s.error, s.usage,
  s.worker_id as "workerId", s.span_id as "spanId", s.due_at as "dueAt", s.ready_at as "readyAt",
  ${FIRST_READY} as "firstReadyAt", s.started_at as "startedAt", s.finished_at as "finishedAt", a.id as "approvalId",
  ${PENDING_APPROVAL} as approval, s.status = 'waiting' and ${IS_BETWEEN_ATTEMPTS} as "isBetweenAttempts",
  case when s.status = 'running' and s.attempt_ended_at is null and s.lane <> '${DEFAULT_LANE}'
    then ${takeoverOf('s.worker_id')} end as "takeoverAt"`;

const ATTEMPT_COLUMNS = `
  a.step, a.iteration, a.attempt as number, a.status, a.ready_at as "readyAt", a.started_at as "startedAt",
  a.finished_at as "finishedAt", a.error, a.usage, a.worker_id as "workerId", a.span_id as "spanId"`;

/**
 * SQL: the newest attempts before the last one of their step, and the last one itself if it has ended and another one
 * follows. It reads whole rows only of those.
 * @param which rows of `steps` or `step_attempts`
 */
const attemptsIn = (which: string) => `
  with newest as (
    select step, iteration, attempt from step_attempts where run_id = $1 and ${which}
    order by finished_at desc, attempt desc limit ${MOST_EARLIER}
  ), wanted as (
    select step, iteration, attempt from newest
    union
    select step, iteration, attempt from steps where run_id = $1 and ${which} and finished_at is null and attempt > 0
  )
  select ${ATTEMPT_COLUMNS} from wanted w
    join step_attempts a on a.step = w.step and a.iteration = w.iteration and a.attempt = w.attempt
  where a.run_id = $1
  order by a.attempt`;

const STEP_ATTEMPTS = attemptsIn('iteration = -1');
const ITEM_ATTEMPTS = attemptsIn('step = $2 and iteration > $3 and iteration <= $4');

type StepRow = Omit<RunStep, 'attempts' | 'event' | 'child'>;
type AttemptRow = StepAttempt & { step: string; iteration: number };

function keyOf({ step, iteration }: { step: string; iteration: number }): string {
  return `${step} ${iteration}`;
}

function byStep(rows: readonly AttemptRow[]): Map<string, AttemptRow[]> {
  return Map.groupBy(rows, keyOf);
}

function toStep(row: StepRow, ended: Map<string, AttemptRow[]>, relations: Relations): RunStep {
  const waitsFor = waitsForOf(row.kind);
  const event = waitsFor === 'event' ? relations.eventOf(row) : null;
  const child = waitsFor === 'child' ? relations.childOf(row) : null;
  return { ...row, event, child, attempts: attemptsOf(row, ended) };
}

function attemptsOf(row: StepRow, ended: Map<string, AttemptRow[]>): StepAttempt[] {
  const attempts: StepAttempt[] = (ended.get(keyOf(row)) ?? []).map(
    ({ step: _step, iteration: _iteration, ...attempt }) => attempt,
  );
  const { startedAt } = row;
  // Until the next attempt starts, the step's row still has the number of the ended one.
  const isEnded = attempts.at(-1)?.number === row.attempt;
  if (startedAt && row.attempt > 0 && !isEnded) attempts.push(lastAttempt(row, startedAt));
  return attempts;
}

function lastAttempt(row: StepRow, startedAt: Date): StepAttempt {
  const { attempt, status, readyAt, finishedAt, error, usage, workerId, spanId } = row;
  return {
    number: attempt,
    status,
    readyAt,
    startedAt,
    finishedAt,
    error,
    usage,
    workerId,
    spanId,
  };
}
