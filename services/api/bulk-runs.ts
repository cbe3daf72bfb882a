import { INVALID_SPAN_CONTEXT, type Span, trace } from '@opentelemetry/api';
import { AioError, type Failure } from '@aio/core/errors';
import { isUnavailable } from '@aio/platform/postgres/database-error';
import { type BulkRun, claimBulkRuns, recordBulkRuns } from '@aio/platform/queries/runs/bulk-jobs';
import { getRun } from '@aio/platform/queries/runs/get-run';
import { contextFromTraceparent } from '@aio/runtime/trace-context';
import { logEvent } from '@aio/runtime/log-event';
import { startLoop } from './background-loop.ts';
import { cancelAndTell } from './routes/runs/cancel-run.ts';
import { newRunId, startTrace } from './routes/runs/new-run.ts';
import { retryAndSend } from './routes/runs/retry-run.ts';
import { titlesOf } from './routes/runs/run-title.ts';
import type { RouteDeps } from './routes/route-deps.ts';

export type BulkDeps = Pick<
  RouteDeps,
  'pool' | 'queues' | 'changes' | 'announce' | 'metrics' | 'tracing' | 'readVersion' | 'log'
>;

const LOOK_EVERY_MS = 1_000;
/** So that a job of thousands leaves room for requests. */
const AT_ONCE = 10;

/** Works bulk jobs of all APIs. Several APIs share the runs of a job. */
export function startBulkWork(deps: BulkDeps): { close(): Promise<void> } {
  return startLoop(async () => {
    const worked = await workBulkRuns(deps).catch((error: unknown) => {
      logEvent(deps.log, 'bulkTroubled', { err: error });
      return 0;
    });
    return worked > 0 ? 0 : LOOK_EVERY_MS;
  });
}

/** Claims and works up to ten runs of open jobs. @returns their number */
export async function workBulkRuns(deps: BulkDeps): Promise<number> {
  const claimed = await claimBulkRuns(deps.pool, AT_ONCE);
  if (claimed.length === 0) return 0;
  const worked = await Promise.all(
    claimed.map(async ({ jobId, runId, ...rest }) => ({
      jobId,
      runId,
      error: await tryOne(deps, { jobId, runId, ...rest }),
    })),
  );
  await recordBulkRuns(deps.pool, worked);
  return claimed.length;
}

/**
 * @returns the failure; null = success
 * @throws AioError `unavailable` if the database is down: an API claims the run again later
 */
async function tryOne(deps: BulkDeps, run: BulkRun): Promise<Failure | null> {
  try {
    await (run.action === 'cancel' ? cancel(deps, run) : retry(deps, run));
    return null;
  } catch (error) {
    if (isUnavailable(error)) throw error;
    if (!(error instanceof AioError)) {
      logEvent(deps.log, 'bulkRunFailed', { err: error, run_id: run.runId });
      return { code: 'internal', message: 'An internal error occurred. The log shows the cause.' };
    }
    // An API may have cancelled the run and died before it recorded that.
    if (error.code === 'run_finished' && error.details['status'] === 'cancelled') return null;
    return { code: error.code, message: error.message };
  }
}

async function cancel(deps: BulkDeps, { runId, onlyOwner, actor }: BulkRun): Promise<void> {
  await cancelAndTell(deps, runId, { onlyOwner, audit: { ...actor, action: 'cancelRun' } });
}

async function retry(deps: BulkDeps, run: BulkRun): Promise<void> {
  const { runId, onlyOwner, owner, actor, traceparent } = run;
  const found = await getRun(deps.pool, runId, { owner: onlyOwner });
  if (found === null) throw new AioError('not_found', `There is no run ${runId}.`);
  const facts = await deps.readVersion(found.workflowVersionId);
  const newId = newRunId();
  await retryAndSend(deps, {
    runId,
    newId,
    onlyOwner,
    by: owner,
    audit: { ...actor, action: 'retryRun' },
    timeoutMs: facts.timeoutMs,
    titleOf: titlesOf(deps, facts, found.workflowName),
    ...startTrace(deps, found.workflowName, newId, causeOf(traceparent)),
    idempotencyKey: null,
  });
}

function causeOf(traceparent: string | null): Span {
  return (
    trace.getSpan(contextFromTraceparent(traceparent)) ??
    trace.wrapSpanContext(INVALID_SPAN_CONTEXT)
  );
}
