import type { Failure } from '@aio/core/errors';
import type { StepStatus } from '@aio/core/run/states';
import type { Queryable } from '../../queryable.ts';

/** A step that this worker is to execute once, for whoever holds its run. */
export interface ChunkStep {
  step: string;
  /** -1 = the step itself. */
  iteration: number;
  attempt: number;
  spanId: string | null;
  /** Item of the map. */
  item: unknown;
  /** It began with its being taken: its holder is told of that. */
  begun: boolean;
}

export interface ClaimedChunk {
  id: string;
  lane: string;
  /** true = with nothing else in the process. */
  alone: boolean;
  runId: string;
  workflowId: string;
  workflowName: string;
  workflowVersionId: string;
  /** JSON text. */
  input: string;
  traceparent: string | null;
  tracestate: string | null;
  steps: ChunkStep[];
}

/**
 * Takes chunks that are offered in the lanes, oldest first. The first of their steps begin with that, as if `tellStarts`
 * told of them, unless they have to be alone.
 */
export async function claimChunks(
  db: Queryable,
  claim: {
    workerId: string;
    leaseMs: number;
    lanes: readonly string[];
    /** Workflows that hold slots: nothing of theirs is taken, and nothing that must be alone. */
    except: readonly string[];
    limit: number;
    /** Steps that begin at once, in all chunks together. */
    begin: number;
  },
): Promise<ClaimedChunk[]> {
  const { rows } = await db.query({
    name: 'claim-chunks',
    text: CLAIM_CHUNKS,
    values: [claim.workerId, claim.leaseMs, claim.lanes, claim.limit, claim.except, claim.begin],
  });
  return rows;
}

/** A step of a chunk: the key of what is told about it. */
export interface ChunkStepKey {
  runId: string;
  chunkId: string;
  step: string;
  iteration: number;
}

/** What became of an attempt; the body is what the run's holder reads. */
export interface ChunkStepEnd extends ChunkStepKey {
  attempt: number;
  /** JSON text. */
  body: string;
  /** JSON text; null = no output. */
  output: string | null;
}

/**
 * Tells the holders of the runs what began here. A step that its holder has taken back meanwhile is not in
 * the answer, and nothing of it was told.
 */
export async function tellStarts(
  db: Queryable,
  { workerId, started }: { workerId: string; started: readonly ChunkStepKey[] },
): Promise<ChunkStepKey[]> {
  const { rows } = await db.query({
    name: 'tell-starts',
    text: TELL_STARTS,
    values: [workerId, ...keyColumns(started)],
  });
  return rows;
}

/** The same of what ended here. */
export async function tellEnds(
  db: Queryable,
  told: {
    workerId: string;
    ended: readonly ChunkStepEnd[];
    /** Chunks of which nothing is left after this. */
    done: readonly string[];
  },
): Promise<ChunkStepKey[]> {
  const { workerId, ended, done } = told;
  const { rows } = await db.query({
    name: 'tell-ends',
    text: TELL_ENDS,
    values: [
      workerId,
      ...keyColumns(ended),
      ended.map(({ attempt }) => attempt),
      ended.map(({ body }) => body),
      ended.map(({ output }) => output),
      done,
    ],
  });
  return rows;
}

function keyColumns(keys: readonly ChunkStepKey[]): unknown[] {
  return (['runId', 'chunkId', 'step', 'iteration'] as const).map((column) =>
    keys.map((key) => key[column]),
  );
}

// A step's row decides: whoever deletes it first, the holder that takes it back or the worker that
// tells its end, is the one that counts. Of the run no more is locked than its messages need: its holder
// commits as if nobody told it anything. Rows of steps are locked in the order of their keys, as by the
// holder and by a cancel.
const MINE = (types: string, names: string) => `
  with told as (
    select * from unnest($2::uuid[], $3::uuid[], $4::text[], $5::int[]${types})
      as t(run_id, chunk_id, step, iteration${names})
  ), unfinished as (
    select id from runs where id = any ($2::uuid[]) and finished_at is null
    order by id for key share
  ), mine as (
    select told.*
    from told
      join unfinished on unfinished.id = told.run_id
      join chunks c on c.id = told.chunk_id and c.worker_id = $1
      join chunk_steps s on s.run_id = told.run_id and s.step = told.step and s.iteration = told.iteration
        and s.chunk_id = told.chunk_id
    order by s.run_id, s.step, s.iteration
    for update of s
  )`;

const BEGUN = `begun as (
    update chunk_steps s set started_at = now() from mine
    where s.run_id = mine.run_id and s.step = mine.step and s.iteration = mine.iteration
    returning s.run_id, s.chunk_id, s.step, s.iteration, s.attempt, s.span_id
  ), message as (
    insert into run_messages (run_id, type, step, iteration, attempt, body, worker_id)
    select run_id, 'started', step, iteration, attempt, json_build_object('spanId', span_id), $1::uuid
    from begun
  )`;

// Whoever has locked a step's row, its holder or a cancel, may wait for the chunk's: it is not waited for, and the
// step is told of later, if it is still there.
const CLAIM_CHUNKS = `
  with free as (
    select id from chunks
    where worker_id is null and lane = any ($3::text[])
      and workflow_id <> all ($5::uuid[]) and not (alone and $5::uuid[] <> '{}')
    order by id limit $4 for no key update skip locked
  ), taken as (
    update chunks c set
      worker_id = $1, epoch = c.epoch + 1, leased_until = now() + $2 * interval '1 millisecond'
    from free where c.id = free.id
    returning c.*
  ), mine as (
    select s.run_id, s.step, s.iteration
    from taken c
      join runs r on r.id = c.run_id and r.finished_at is null
      join chunk_steps s on s.chunk_id = c.id
    where not c.alone
    order by c.id, s.iteration, s.step limit $6 for update of s skip locked
  ), ${BEGUN}
  select c.id, c.lane, c.alone, r.id as "runId", r.workflow_id as "workflowId",
    r.workflow_name as "workflowName", r.workflow_version_id as "workflowVersionId",
    r.input::text as input, r.traceparent, r.tracestate,
    (
      select coalesce(json_agg(json_build_object('step', s.step, 'iteration', s.iteration,
        'attempt', s.attempt, 'spanId', s.span_id, 'item', s.item, 'begun', b.step is not null)
        order by s.iteration, s.step), '[]')
      from chunk_steps s
        left join begun b on b.run_id = s.run_id and b.step = s.step and b.iteration = s.iteration
      where s.chunk_id = c.id
    ) as steps
  from taken c join runs r on r.id = c.run_id`;

const TELL_STARTS = `${MINE('', '')}, ${BEGUN}
  select run_id as "runId", chunk_id as "chunkId", step, iteration from begun`;

const TELL_ENDS = `${MINE(', $6::int[], $7::text[], $8::text[]', ', attempt, body, output')}, over as (
    delete from chunk_steps s using mine
    where s.run_id = mine.run_id and s.step = mine.step and s.iteration = mine.iteration
    returning mine.*
  ), message as (
    insert into run_messages (run_id, type, step, iteration, attempt, body, output, worker_id)
    select run_id, 'ended', step, iteration, attempt, body::json, output::json, $1::uuid from over
  ), empty as (
    delete from chunks where id = any ($9::uuid[]) and worker_id = $1
  )
  select run_id as "runId", chunk_id as "chunkId", step, iteration from over`;

/** Prolongs this worker's leases of the chunks; answers the steps that are still its to execute. */
export async function renewChunks(
  db: Queryable,
  renewal: { workerId: string; leaseMs: number; chunkIds: readonly string[] },
): Promise<ChunkStepKey[]> {
  const { rows } = await db.query({
    name: 'renew-chunks',
    text: `
      with mine as (
        select id from chunks where id = any ($3::uuid[]) and worker_id = $1
        order by id for no key update
      ), renewed as (
        update chunks c set leased_until = now() + $2 * interval '1 millisecond'
        from mine where c.id = mine.id
      )
      select s.run_id as "runId", s.chunk_id as "chunkId", s.step, s.iteration
      from mine join chunk_steps s on s.chunk_id = mine.id`,
    values: [renewal.workerId, renewal.leaseMs, renewal.chunkIds],
  });
  return rows;
}

/** A step that was handed out, as the run's holder sees it. */
export interface HandedStep {
  chunkId: string;
  step: string;
  iteration: number;
  attempt: number;
  spanId: string | null;
  startedAtMs: number | null;
  workerId: string | null;
  /** true = its worker has not been heard of for longer than its lease. */
  abandoned: boolean;
}

/** Steps of which another worker has told something that the run's holder has not taken up. */
export async function loadTold(
  db: Queryable,
  runId: string,
): Promise<Pick<ChunkStepKey, 'step' | 'iteration'>[]> {
  const { rows } = await db.query({
    name: 'load-told',
    text: `
      select distinct step, iteration from run_messages
      where run_id = $1 and type in ('started', 'ended')`,
    values: [runId],
  });
  return rows;
}

export async function loadHanded(db: Queryable, runId: string): Promise<HandedStep[]> {
  const { rows } = await db.query({
    name: 'load-handed',
    text: `
      select s.chunk_id as "chunkId", s.step, s.iteration, s.attempt, s.span_id as "spanId", c.worker_id as "workerId",
        extract(epoch from s.started_at)::float8 * 1000 as "startedAtMs",
        coalesce(c.leased_until < now() - interval '1 second', false) as abandoned
      from chunk_steps s join chunks c on c.id = s.chunk_id
      where s.run_id = $1`,
    values: [runId],
  });
  return rows;
}

/** What expressions may say of a step. */
export interface StepFacts {
  step: string;
  iteration: number;
  status: StepStatus;
  attempt: number;
  error: Failure | null;
  /** JSON text. */
  output: string | null;
}

/** Facts of the named steps and of the items of those that are maps, in the order of the items. */
export async function loadFacts(
  db: Queryable,
  runId: string,
  steps: readonly string[],
): Promise<StepFacts[]> {
  const { rows } = await db.query({
    name: 'load-facts',
    text: `
      select step, iteration, status, attempt, error, output::text as output from steps
      where run_id = $1 and step = any ($2::text[]) order by step, iteration`,
    values: [runId, steps],
  });
  return rows;
}
