import { v7 as uuidv7 } from 'uuid';
import { AIO, ATTRIBUTES } from '@aio/catalog/attributes';
import { MAX_INPUT_BYTES } from '@aio/core/definition/limits';
import { AioError, ValidationError } from '@aio/core/errors';
import type { Submission, Submitted } from '@aio/platform/queries/submit-runs';
import { traceparentOf, tracestateOf } from '@aio/runtime/trace-context';
import { defineRoute, jsonBody, type Route } from '../../http/define-route.ts';
import { below } from '../../http/fault-pointer.ts';
import { json, reply } from '../../http/reply.ts';
import type { RouteDeps } from '../route-deps.ts';
import { presentRun } from './present-run.ts';
import { readRun } from './read-run.ts';
import { RunSchema, SubmitBody, SubmitHeaders, SubmitParams } from './schema.ts';
import { idempotencyOf, requireVersion } from './submission.ts';
import { createSubmitter } from './submitter.ts';
import { ringAhead, ringWorkers } from './ring-workers.ts';

type Deps = Pick<RouteDeps, 'pool' | 'links' | 'readVersion' | 'wakeUps' | 'metrics' | 'tracing'>;

/** Room around the input: `{"input":…,"version":…}`. */
const ENVELOPE_BYTES = 1024;

export function submitRunRoute(deps: Deps): Route {
  const { pool, metrics, tracing } = deps;
  const submitter = createSubmitter(pool);
  return defineRoute({
    id: 'submitRun',
    tag: 'runs',
    summary: 'Start a run of a workflow',
    description:
      'Answers when the run is in the database; from then on it is never lost. With an Idempotency-Key a client may send the request again until it gets an answer: there will be one run.',
    method: 'POST',
    path: '/api/v1/workflows/{name}/runs',
    params: SubmitParams,
    headers: SubmitHeaders,
    body: jsonBody(SubmitBody, { maxBytes: MAX_INPUT_BYTES + ENVELOPE_BYTES, required: false }),
    responses: {
      202: json('The run', RunSchema, {
        Location: 'Path of the run',
        'Idempotency-Replayed': '`true` when the key stood for this run already',
      }),
    },
    async handler({ params: { name }, headers, body, principal, actor, span }) {
      const found = await requireVersion(pool, principal, name, body.version);
      const { workflowId, versionId, version } = found;
      const { steps, timeoutMs, validateInput } = await deps.readVersion(versionId);
      const input = body.input ?? {};
      const inputJson = toInputJson(input);
      const faults = validateInput(input);
      if (faults.length > 0) {
        throw new ValidationError(
          "The input breaks the workflow's schema.",
          below('/input', faults),
        );
      }
      const submission: Submission = {
        id: uuidv7(),
        workflowId,
        workflowVersionId: versionId,
        workflowName: name,
        owner: principal.subject,
        audit: actor,
        input: inputJson,
        stepsTotal: steps.length,
        timeoutMs,
        traceparent: traceparentOf(span),
        tracestate: tracestateOf(span),
        idempotency: idempotencyOf(headers['idempotency-key'], body),
      };
      const isAlone = submitter.isIdle();
      const writing = insertRun(submission);
      // Under load workers look all the time, and a ring for each run would be work for nothing.
      const isRung = isAlone ? ringAhead(deps, submission.id) : () => false;
      const submitted = await writing;
      const { runId, replayed } = submitted;
      span.setAttributes({
        [AIO.runId]: runId,
        [AIO.workflowName]: name,
        [AIO.idempotencyReplayed]: replayed,
      });
      if (!replayed) {
        metrics.runsSubmitted.inc({ workflow: name });
        if (!isRung()) ringWorkers(deps, { [AIO.runId]: runId }, runId);
      }
      const run = replayed
        ? await readRun(deps, principal, runId)
        : presentRun(
            {
              ...JUST_ACCEPTED,
              ...submission,
              ...toSummary(submitted),
              ownerName: principal.name,
              version,
              input,
            },
            steps,
            deps.links,
          );
      return reply(202, run, {
        Location: `/api/v1/runs/${runId}`,
        ...(replayed && { 'Idempotency-Replayed': 'true' }),
      });
    },
  });

  function insertRun(submission: Submission): Promise<Submitted> {
    const attributes = {
      [ATTRIBUTES.dbSystemName]: 'postgresql',
      [ATTRIBUTES.dbOperationName]: 'INSERT',
      [ATTRIBUTES.dbCollectionName]: 'runs',
      [ATTRIBUTES.dbQuerySummary]: 'INSERT runs',
    };
    return tracing.inSpan('database', { query: 'submit-runs' }, { attributes }, () =>
      submitter.submit(submission),
    );
  }
}

/** What is true of every run when it is accepted: it need not be asked for. */
const JUST_ACCEPTED = {
  status: 'queued' as const,
  waitingFor: null,
  error: null,
  retryOf: null,
  parent: null,
  startedAt: null,
  finishedAt: null,
  stepsDone: 0,
  output: null,
  retriedBy: null,
  usage: { inputTokens: 0, outputTokens: 0, costUsd: 0 },
  eventSeq: 1,
  steps: [],
};

function toSummary({ runId, acceptedAt, blocked }: Submitted) {
  return { id: runId, createdAt: acceptedAt, blocked };
}

/** @throws AioError `too_large` */
function toInputJson(input: unknown): string {
  const text = JSON.stringify(input);
  if (Buffer.byteLength(text) > MAX_INPUT_BYTES) {
    throw new AioError('too_large', `The input is larger than ${MAX_INPUT_BYTES} bytes.`);
  }
  return text;
}
