import { AioError } from '@aio/core/errors';
import type { RunNames } from '@aio/core/run/labels';
import type { Query, Queryable } from '../../postgres/queryable.ts';
import { defineColumns } from '../rows.ts';
import type { AuditActor } from '../audit-log.ts';
import { HAS_WORKER } from '../queues/served-kinds.ts';

export interface Submission extends RunNames {
  /** Id of the new run, a UUIDv7. */
  id: string;
  workflowId: string;
  workflowVersionId: string;
  /** Accept the run only if this is the workflow's published version; null = always. */
  publishedVersion: number | null;
  workflowName: string;
  owner: string;
  /** JSON text. */
  input: string;
  /** Number of steps of the definition. */
  stepsTotal: number;
  /** The run's timeout; null = none. */
  timeoutMs: number | null;
  /** W3C trace context of the run's span, and the id of its parent span; null = not traced. */
  traceparent: string | null;
  parentSpanId: string | null;
  tracestate: string | null;
  /** For 24 hours, the same key of an owner and workflow stands for the same run. */
  idempotency: { key: string; requestHash: string } | null;
  /** Whose audit entry it makes. Absent = the caller writes it. */
  audit?: AuditActor;
}

export interface Submitted {
  runId: string;
  /** true = the run already existed, with the same key and hash. */
  replayed: boolean;
  /** By the database's clock; for an existing run, the time of this request. */
  acceptedAt: Date;
  /** true = a worker takes runs. */
  hasWorker: boolean;
}

/** The key stands for another request. */
export interface SubmissionConflict {
  conflict: true;
}

/** The version is no longer the published one: nothing was written. */
export interface SubmissionOutdated {
  outdated: true;
}

export type SubmissionResult = Submitted | SubmissionConflict | SubmissionOutdated;

interface Parts {
  isLone: boolean;
  isKeyed: boolean;
  isAudited: boolean;
}

const KEYS_LAST = '24 hours';

/**
 * Accepts many runs in one statement. Results have the order of the submissions. If a key occurs twice in one call, the
 * first occurrence counts.
 */
export async function submitRuns(
  db: Queryable,
  submissions: readonly Submission[],
): Promise<SubmissionResult[]> {
  const { rows } = await db.query(toQuery(submissions));
  const answers = new Map((rows as Answer[]).map((row) => [row.id, row]));
  return submissions.map(({ id }) => toResult(id, answers.get(id)));
}

interface Answer {
  id: string;
  acceptedAt: Date;
  hasWorker: boolean;
  /** Set if one of the submissions has a key. */
  runId?: string;
  conflict?: boolean;
}

function toResult(id: string, answer: Answer | undefined): SubmissionResult {
  if (answer === undefined) return { outdated: true };
  const { runId = id, conflict = false, acceptedAt, hasWorker } = answer;
  return conflict ? { conflict } : { runId, replayed: runId !== id, acceptedAt, hasWorker };
}

/** By variant. Building a text takes as long as encoding the parameters of one submission. */
const TEXTS = new Map<string, string>();

function toQuery(submissions: readonly Submission[]): Query {
  const rows = SUBMISSIONS.createRows();
  for (const [place, { idempotency, audit, labels, ...one }] of submissions.entries()) {
    rows.add(place, {
      ...one,
      labels: labels && JSON.stringify(labels),
      key: idempotency?.key,
      requestHash: idempotency?.requestHash,
      ...(audit && toAuditColumns(audit)),
    });
  }
  const form = rows.count() === 1 ? 1 : 'any';
  const parts = {
    isLone: form === 1,
    isKeyed: submissions.some(({ idempotency }) => idempotency !== null),
    isAudited: submissions.some(({ audit }) => audit !== undefined),
  };
  const values: unknown[] = [];
  rows.bind(form, values);
  const variant = [
    form === 1 ? 'one' : 'many',
    ...(parts.isKeyed ? ['keyed'] : []),
    ...(parts.isAudited ? ['audited'] : []),
  ].join(' ');
  const text = TEXTS.get(variant) ?? SUBMIT_RUNS(SUBMISSIONS.toSource(form, 'w', 1), parts);
  TEXTS.set(variant, text);
  return { name: 'submit-runs', variant, text, values };
}

export function keyConflict(): AioError {
  return new AioError(
    'idempotency_conflict',
    'You used this Idempotency-Key with another request less than 24 hours ago. Use a new key.',
  );
}

const AUDIT = {
  auditSubject: 'text',
  auditName: 'text',
  auditVia: 'text',
  auditAction: 'text',
  auditAddress: 'text',
  auditTraceId: 'text',
} as const;

const SUBMISSIONS = defineColumns(
  {
    id: 'uuid',
    workflowId: 'uuid',
    workflowVersionId: 'uuid',
    workflowName: 'text',
    owner: 'text',
    input: 'json',
    title: 'text',
    labels: 'json',
    stepsTotal: 'int',
    timeoutMs: 'float8',
    traceparent: 'text',
    parentSpanId: 'text',
    tracestate: 'text',
    key: 'text',
    requestHash: 'text',
    publishedVersion: 'int',
    ...AUDIT,
  },
  { isPlannedOnce: false },
);

function toAuditColumns(audit: AuditActor): Record<keyof typeof AUDIT, string | null> {
  return {
    auditSubject: audit.subject,
    auditName: audit.name,
    auditVia: audit.via,
    auditAction: audit.action,
    auditAddress: audit.address,
    auditTraceId: audit.traceId,
  };
}

// Also writes an existing key, to wait for a concurrent transaction that inserts it and to return its row. Inserts
// keys in order, so two statements cannot deadlock.
const BY_KEY = (wanted: string) => `
  wanted as (select * ${wanted}), first_of_key as (
    select distinct on (owner, workflow_id, key) owner, workflow_id, key, request_hash, id
    from wanted where key is not null
    order by owner, workflow_id, key, place
  ), keyed as (
    insert into idempotency_keys as k (owner, workflow_id, key, request_hash, run_id, expires_at)
    select owner, workflow_id, key, request_hash, id, now() + interval '${KEYS_LAST}' from first_of_key
    on conflict (owner, workflow_id, key) do update set
      request_hash = case when k.expires_at <= now() then excluded.request_hash else k.request_hash end,
      run_id = case when k.expires_at <= now() then excluded.run_id else k.run_id end,
      expires_at = case when k.expires_at <= now() then excluded.expires_at else k.expires_at end
    returning owner, workflow_id, key, request_hash, run_id
  ), decided as (
    select w.*, coalesce(k.run_id, w.id) as run_id,
           coalesce(k.request_hash <> w.request_hash, false) as conflict
    from wanted w left join keyed k
      on k.owner = w.owner and k.workflow_id = w.workflow_id and k.key = w.key
  )`;

// For one row, repeating the expression three times is faster than materializing it.
const EACH_ITS_OWN = (wanted: string, { isLone }: Pick<Parts, 'isLone'>) => `
  decided as ${isLone ? 'not materialized' : ''} (select w.*, w.id as run_id ${wanted})`;

const WANTED = (submissions: string) => `
    from ${submissions}
    where published_version is null
      or published_version = (select f.published_version from workflows f where f.id = w.workflow_id)`;

const AUDITED = `, audited as (
    insert into audit_log (id, subject, name, via, action, target, address, trace_id)
    select id, audit_subject, audit_name, audit_via, audit_action, 'runs/' || id,
           audit_address, audit_trace_id
    from decided where run_id = id and audit_action is not null
  )`;

/** Only has the parts that have rows, because an empty part costs time, too. */
const SUBMIT_RUNS = (submissions: string, parts: Parts) => `
  with ${parts.isKeyed ? BY_KEY(WANTED(submissions)) : EACH_ITS_OWN(WANTED(submissions), parts)}, accepted as (
    insert into runs (id, workflow_id, workflow_version_id, workflow_name, owner, input, title, labels, steps_total,
                      traceparent, parent_span_id, tracestate, deadline_at)
    select id, workflow_id, workflow_version_id, workflow_name, owner, input, title, labels::jsonb, steps_total,
           traceparent, parent_span_id, tracestate, now() + timeout_ms * interval '1 millisecond'
    from decided where run_id = id
  )${parts.isAudited ? AUDITED : ''}
  select id, now() as "acceptedAt", ${HAS_WORKER} as "hasWorker"${parts.isKeyed ? `, run_id as "runId", conflict` : ''}
  from decided`;
