/** Rows to test against, made by the queries themselves. */

import { NO_CHANGES, type StepWrite } from '../queries/engine/step-changes.ts';
import { type ClaimedRun, claimRuns } from '../queries/engine/claim-runs.ts';
import { commitProgress } from '../queries/engine/commit-progress.ts';
import { createHash } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import type { Pool } from '../pool.ts';
import { createWorkflowVersion } from '../queries/create-workflow-version.ts';
import type { WorkflowVersion } from '../queries/get-workflow-version.ts';
import { type Submission, submitRun } from '../queries/submit-runs.ts';

const LEASE_MS = 60_000;

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
    latestVersion: null,
    workflowName: workflow.name,
    owner: 'local',
    input: '{"n":1}',
    stepsTotal: Object.keys((workflow.definition as { steps: Steps }).steps).length,
    timeoutMs: null,
    traceparent: null,
    parentSpanId: null,
    tracestate: null,
    idempotency: null,
    ...overrides,
  };
}

/** A run that a worker holds, and what that worker does to it. */
export async function startRun(pool: Pool, workflow: WorkflowVersion) {
  const { runId } = await submitRun(pool, submissionOf(workflow));
  const workerId = uuidv7();
  const claim = await claimRun(pool, runId, workerId);
  let eventSeq = claim!.eventSeq;
  let stepsDone = 0;

  /** Commits rows, each with the event numbers that its status takes; false = the lease is lost. */
  async function commit(
    rows: (Pick<StepWrite, 'step' | 'status'> & Partial<StepWrite>)[],
    end?: { status: 'succeeded' | 'failed' },
  ): Promise<boolean> {
    const steps = rows.map((row) => {
      const begins = row.status === 'running' || row.status === 'ready';
      if (!begins && row.status !== 'waiting') stepsDone++;
      return toStepWrite(row, ++eventSeq);
    });
    const { signals } = await commitProgress(pool, {
      workerId,
      leaseMs: LEASE_MS,
      progress: [
        {
          runId,
          epoch: claim!.epoch,
          status: end?.status ?? 'running',
          eventSeq: end ? ++eventSeq : eventSeq,
          stepsTotal: claim!.stepsTotal,
          stepsDone,
          output: null,
          error: null,
          finishedSeq: end ? eventSeq : null,
          stepsEndedAt: null,
          release: end !== undefined,
          ...NO_CHANGES,
          steps,
          approvals: steps
            .filter((step) => step.kind === 'approval' && step.status === 'waiting')
            .map(({ step, iteration }) => {
              return { id: uuidv7(), step, iteration, message: 'Go on?', approver: null };
            }),
        },
      ],
    });
    return signals.has(runId);
  }

  return { runId, workerId, epoch: claim!.epoch, commit };
}

/** Takes the lease of this run, whatever else is wanted. */
export async function claimRun(
  pool: Pool,
  runId: string,
  workerId: string,
  leaseMs = LEASE_MS,
): Promise<ClaimedRun | undefined> {
  const { rows } = await pool.query({
    name: 'put-first',
    text: `
      with first as (
        update runs set wanted_at = 'epoch' where id = $1 and finished_at is null returning workflow_id
      )
      select id from workflows where id not in (select workflow_id from first)`,
    values: [runId],
  });
  const except = rows.map((row) => row.id);
  const [claim] = await claimRuns(pool, { workerId, leaseMs, again: 0, queued: 1, except });
  return claim;
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
    resolution: null,
    attempt: 1,
    crashes: 0,
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
