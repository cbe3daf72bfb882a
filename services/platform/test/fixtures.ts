/** Rows for tests, written by the queries themselves. */

import { STEP_KIND_NAMES } from '@aio/core/definition/kinds/registry';
import { type ClaimedRun, noRows, type StepWrite } from '@aio/core/run/rows';
import type { CommittedRun } from '@aio/core/run/storage';
import { createHash } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { claimRuns } from '../queries/engine/claim-runs.ts';
import { commitProgress } from '../queries/engine/commit-progress.ts';
import type { Pool } from '../postgres/pool.ts';
import type { Queryable } from '../postgres/queryable.ts';
import { createWorkflowVersion } from '../queries/workflows/create-workflow-version.ts';
import type { WorkflowVersion } from '../queries/workflows/get-workflow-version.ts';
import {
  keyConflict,
  type Submission,
  type Submitted,
  submitRuns,
} from '../queries/runs/submit-runs.ts';
import { reportWorker, type WorkerReport } from '../queries/queues/workers.ts';

export type Steps = Record<string, { type: string; needs?: string[] }>;

export async function postWorkflow(
  pool: Pool,
  name: string,
  steps: Steps = { only: { type: 'transform' } },
): Promise<WorkflowVersion> {
  const definition = JSON.stringify({ name, steps });
  const { version } = await createWorkflowVersion(pool, {
    name,
    definition,
    source: definition,
    mediaType: 'application/json',
    checksum: createHash('sha256').update(definition).digest('hex'),
    createdBy: 'local',
    onlyOwner: null,
  });
  return version;
}

export function submissionOf(
  workflow: WorkflowVersion,
  overrides: Partial<Submission> = {},
): Submission {
  return {
    id: uuidv7(),
    workflowId: workflow.workflowId,
    workflowVersionId: workflow.id,
    publishedVersion: null,
    workflowName: workflow.name,
    owner: 'local',
    input: '{"n":1}',
    title: null,
    labels: null,
    stepsTotal: Object.keys((workflow.definition as { steps: Steps }).steps).length,
    timeoutMs: null,
    traceparent: null,
    parentSpanId: null,
    tracestate: null,
    idempotency: null,
    ...overrides,
  };
}

/** Accepts one run. @throws AioError `idempotency_conflict` if its key stands for another request */
export async function submitRun(db: Queryable, submission: Submission): Promise<Submitted> {
  const [submitted] = await submitRuns(db, [submission]);
  if (submitted && 'runId' in submitted) return submitted;
  throw keyConflict();
}

/** A run that a worker holds, with the operations of that worker. */
export async function startRun(
  pool: Pool,
  workflow: WorkflowVersion,
  overrides: Partial<Submission> = {},
) {
  const { runId } = await submitRun(pool, submissionOf(workflow, overrides));
  const workerId = uuidv7();
  const claim = await claimRun(pool, runId, workerId);
  let eventSeq = claim!.eventSeq;
  let stepsDone = 0;
  let stepsSucceeded = 0;

  /** Commits rows, each with the event numbers of its status; undefined = the lease is lost. */
  async function commit(
    rows: (Pick<StepWrite, 'step' | 'status'> & Partial<StepWrite>)[],
    end?: { status: 'succeeded' | 'failed' },
  ): Promise<CommittedRun | undefined> {
    const steps = rows.map((row) => {
      const begins = row.status === 'running' || row.status === 'ready';
      if (!begins && row.status !== 'waiting') stepsDone++;
      if (row.status === 'succeeded' && (row.iteration ?? -1) === -1) stepsSucceeded++;
      return toStepWrite(row, ++eventSeq);
    });
    const { runs } = await commitProgress(pool, {
      workerId,
      progress: [
        {
          runId,
          epoch: claim!.epoch,
          status: end?.status ?? 'running',
          eventSeq: end ? ++eventSeq : eventSeq,
          stepsTotal: claim!.stepsTotal,
          stepsDone,
          stepsSucceeded,
          ...costOf(rows),
          output: null,
          error: null,
          finishedSeq: end ? eventSeq : null,
          stepsEndedAt: null,
          release: end !== undefined,
          ...noRows(),
          steps,
          approvals: steps
            .filter((step) => step.kind === 'approval' && step.status === 'waiting')
            .map(({ step, iteration }) => {
              return { id: uuidv7(), step, iteration, message: 'Go on?', approver: null };
            }),
        },
      ],
    });
    return runs.get(runId);
  }

  return { runId, workerId, epoch: claim!.epoch, commit };
}

/** The cost as the orchestrator adds it up. */
function costOf(rows: readonly Partial<StepWrite>[]) {
  const costs = rows.flatMap(({ usage }): (number | null)[] =>
    usage ? [JSON.parse(usage).costUsd] : [],
  );
  const known = costs.filter((cost) => cost !== null);
  return {
    costUsd: known.reduce((sum, cost) => sum + cost, 0),
    unpricedCalls: costs.length - known.length,
  };
}

export async function claimRun(
  pool: Pool,
  runId: string,
  workerId: string,
): Promise<ClaimedRun | undefined> {
  const [claim] = await claimRuns(pool, { workerId, runIds: [runId] });
  return claim;
}

export function reportAlive(
  pool: Pool,
  workerId: string,
  overrides: Partial<WorkerReport> = {},
): Promise<void> {
  return reportWorker(pool, workerReport({ id: workerId, ...overrides }));
}

/** The report of a worker that serves all lanes. */
export function workerReport(overrides: Partial<WorkerReport> = {}): WorkerReport {
  return {
    id: uuidv7(),
    host: 'h',
    pid: 1,
    version: '1',
    kinds: STEP_KIND_NAMES,
    lanes: { http: 6, llm: 2 },
    begun: {},
    slots: 8,
    slotsUsed: 0,
    runsHeld: 0,
    state: 'running',
    leaseMs: 15_000,
    ...overrides,
  };
}

function toStepWrite(
  row: Pick<StepWrite, 'step' | 'status'> & Partial<StepWrite>,
  seq: number,
): StepWrite {
  const finished = !['ready', 'running', 'waiting'].includes(row.status);
  const started = row.status === 'running';
  const now = Date.now();
  return {
    iteration: -1,
    kind: 'transform',
    lane: 'default',
    attempt: 1,
    crashes: 0,
    item: null,
    output: null,
    error: null,
    usage: null,
    workerId: null,
    spanId: null,
    dueAt: null,
    readyAt: started || row.status === 'ready' ? now : null,
    startedAt: started ? now : null,
    finishedAt: finished ? now : null,
    startedSeq: started ? seq : null,
    waitingSeq: row.status === 'waiting' ? seq : null,
    finishedSeq: finished ? seq : null,
    ...row,
  };
}

/** All rows of a query. */
export async function select<Row>(pool: Pool, text: string, ...values: unknown[]): Promise<Row[]> {
  const { rows } = await pool.query({ name: 'select', text, values, prepare: false });
  return rows;
}

/** The first row of a query. */
export async function selectOne<Row>(pool: Pool, text: string, ...values: unknown[]): Promise<Row> {
  const [row] = await select<Row>(pool, text, ...values);
  return row!;
}

/** @returns a database that only explains its queries, and answers each without rows */
export function explainQueries(pool: Pool) {
  const plans: string[] = [];
  async function query({ text, values = [] }: { text: string; values?: unknown[] }) {
    const rows = await select<Record<string, string>>(pool, `explain ${text}`, ...values);
    plans.push(rows.map((row) => row['QUERY PLAN']).join('\n'));
    return { rows: [], rowCount: 0 };
  }
  return { explaining: { query } as unknown as Pool, plans };
}

/** Records that the current attempt of the run's steps has failed, and that another one follows. */
export async function failAttempts(pool: Pool, runId: string): Promise<void> {
  await select(
    pool,
    `insert into step_attempts (run_id, step, iteration, attempt, status, error, started_at, finished_at,
                                started_seq, finished_seq)
     select run_id, step, iteration, attempt, 'failed', '{"code":"x","message":"y"}', started_at, now(),
            started_seq, 4
     from steps where run_id = $1`,
    runId,
  );
}

/** Changes a run as no query does. @param change for example `wanted_at = now()` */
export async function updateRun(pool: Pool, runId: string, change: string): Promise<void> {
  await select(pool, `update runs set ${change} where id = $1`, runId);
}

export async function updateWorker(pool: Pool, id: string, change: string): Promise<void> {
  await select(pool, `update workers set ${change} where id = $1`, id);
}
