import type { Static } from 'typebox';
import { AIO, ATTRIBUTES } from '@aio/catalog/traces/attributes';
import { DEFAULT_LANE } from '@aio/core/definition/kinds/kind';
import { MAX_INPUT_BYTES } from '@aio/core/definition/limits';
import { AioError, ValidationError } from '@aio/core/errors';
import { JsonText } from '@aio/core/json/json-text';
import type { Waiting } from '@aio/core/run/wait-reason';
import { askTogether } from '@aio/platform/batch';
import { findVersion, type VersionRef } from '@aio/platform/queries/workflows/find-version';
import { NO_CHILDREN } from '@aio/platform/queries/runs/children-cost';
import { NO_USAGE_YET } from '@aio/platform/queries/runs/get-run';
import { startOfInput } from '@aio/platform/queries/runs/list-runs';
import {
  type Submission,
  type Submitted,
  submitRuns,
} from '@aio/platform/queries/runs/submit-runs';
import { describeServer } from '@aio/runtime/observe-database';
import { chooseRunSpan } from '@aio/runtime/run-span';
import { tracestateOf } from '@aio/runtime/trace-context';
import { defineRoute, jsonBody, type Route, type RouteRequest } from '../../http/define-route.ts';
import { owns } from '../../auth/principal.ts';
import { idempotencyOf } from '../../http/idempotency.ts';
import { keepNewest } from '../../keep-newest.ts';
import { below } from '../../http/problems.ts';
import { json, reply } from '../../http/reply.ts';
import type { RouteDeps } from '../route-deps.ts';
import { countSubmitted, newRunId } from './new-run.ts';
import { presentRun } from './present-run.ts';
import { readChangedRun } from './read-run.ts';
import { namesOf } from './name-run.ts';
import { RunSchema } from './schema.ts';
import { SubmitBody, SubmitHeaders, SubmitParams } from './submit-schema.ts';
import { type FindVersion, requireVersion } from './submission.ts';
import { createSubmitter } from './submitter.ts';

type Deps = Pick<
  RouteDeps,
  'pool' | 'links' | 'readVersion' | 'queues' | 'metrics' | 'tracing' | 'slices' | 'log'
>;

/** For `{"input":…,"version":…}` around the input. */
const ENVELOPE_BYTES = 1024;
const MOST_KEPT = 1_000;

const BODY = jsonBody(SubmitBody, { maxBytes: MAX_INPUT_BYTES + ENVELOPE_BYTES, required: false });
type Request = RouteRequest<typeof SubmitParams, undefined, typeof SubmitHeaders, typeof BODY>;

export function submitRunRoute(deps: Deps): Route {
  const { pool } = deps;
  const accept = createAccept(deps);
  /**
   * Last known published version of each workflow. The insert succeeds only if it still is, so the API
   * needs no query before it and no message between processes.
   */
  const published = new Map<string, VersionRef>();
  const findPublished = askTogether((key) => {
    const [name, owner] = JSON.parse(key) as [string, string | null];
    return findVersion(pool, { name, owner });
  });
  const find: FindVersion = (of) =>
    of.version === undefined
      ? findPublished(JSON.stringify([of.name, of.owner]))
      : findVersion(pool, of);
  return defineRoute({
    id: 'submitRun',
    tag: 'runs',
    summary: 'Start a run of a workflow',
    description:
      'Answers when the run is in the database, so an accepted run is never lost. With an Idempotency-Key, you can repeat the request until you get an answer: it starts one run.',
    method: 'POST',
    path: '/api/v1/workflows/{name}/runs',
    params: SubmitParams,
    headers: SubmitHeaders,
    body: BODY,
    responses: {
      202: json('The run', RunSchema, {
        Location: 'Path of the run',
        'Idempotency-Replayed': '`true` if an earlier request with this key started the run',
      }),
    },
    async handler(request) {
      const { params, body, principal } = request;
      const known = body.version === undefined ? published.get(params.name) : undefined;
      if (known !== undefined && owns(principal, known.owner)) {
        const accepted = await accept(request, known, known.version);
        if (accepted !== null) return accepted;
      }
      const found = await requireVersion(find, principal, params.name, body.version);
      if (body.version === undefined) keepNewest(published, params.name, found, MOST_KEPT);
      return (await accept(request, found, null)) as Answer;
    },
  });
}

/** Creates the function that writes a run of a known version and sends its job. */
function createAccept(deps: Deps) {
  const { pool, metrics, tracing, slices } = deps;
  const submitter = createSubmitter({
    submitRuns: (submissions) => submitRuns(pool, submissions),
  });

  /**
   * @param publishedVersion accept the run only if this still is the published version; null = always accept
   * @returns null = the version may not be published any more: the database says so, or the input does not match it
   */
  async function accept(
    request: Request,
    { workflowId, versionId, version }: VersionRef,
    publishedVersion: number | null,
  ): Promise<Answer | null> {
    const { params, headers, body, principal, actor, span } = request;
    const facts = await deps.readVersion(versionId);
    const { steps, timeoutMs, validateInput } = facts;
    const input = body.input ?? {};
    const inputJson = toInputJson(input);
    const faults = await slices.perform(request, () => validateInput(input));
    if (faults.length > 0) {
      if (publishedVersion !== null) return null;
      throw new ValidationError(
        "The input does not match the workflow's schema.",
        below('/input', faults),
      );
    }
    const id = newRunId();
    const nameRun = namesOf(deps, facts, params.name);
    const submission: Submission = {
      id,
      workflowId,
      workflowVersionId: versionId,
      publishedVersion,
      workflowName: params.name,
      owner: principal.subject,
      audit: actor,
      input: inputJson,
      ...(await slices.perform(request, () => nameRun(input, id))),
      stepsTotal: steps.length,
      timeoutMs,
      ...chooseRunSpan(span),
      tracestate: tracestateOf(span),
      idempotency: idempotencyOf(headers['idempotency-key'], [input, body.version ?? null]),
    };
    const written = await insertAndDispatch(submission);
    if (written === null) return null;
    const { runId, replayed } = written;
    span.setAttributes({
      [AIO.runId]: runId,
      [AIO.workflowName]: params.name,
      [AIO.idempotencyReplayed]: replayed,
    });
    const location = { Location: `/api/v1/runs/${runId}` };
    if (replayed) {
      const run = await readChangedRun(deps, principal, runId);
      return reply(202, run, { ...location, 'Idempotency-Replayed': 'true' });
    }
    const ownerName = principal.name;
    const row = {
      ...JUST_ACCEPTED,
      ...submission,
      ...toSummary(written),
      ownerName,
      version,
      inputStart: startOfInput(inputJson),
      startedBy: { who: ownerName, via: principal.via },
    };
    const waits = { run: waitOf(written), steps: new Map() };
    const values = { input: new JsonText(inputJson), output: null, outputs: new Map() };
    return reply(202, presentRun(row, values, steps, deps.links, waits), location);
  }

  async function insertAndDispatch(submission: Submission): Promise<Submitted | null> {
    const written = await insertRun(submission);
    if (written === null || written.replayed) return written;
    const { workflowId, workflowName, owner, traceparent, tracestate } = submission;
    countSubmitted(metrics, { workflow: workflowName, owner });
    const run = { runId: written.runId, epoch: 0, workflowId, traceparent, tracestate };
    void deps.queues.addRuns([run]);
    return written;
  }

  function insertRun(submission: Submission): Promise<Submitted | null> {
    const attributes = {
      ...describeServer(pool.server),
      [ATTRIBUTES.dbOperationName]: 'INSERT',
      [ATTRIBUTES.dbCollectionName]: 'runs',
      [ATTRIBUTES.dbQuerySummary]: 'submit-runs',
    };
    return tracing.inSpan('database', { query: 'submit-runs' }, { attributes }, () =>
      submitter.submit(submission),
    );
  }

  return accept;
}

type Answer = ReturnType<typeof reply<202, Static<typeof RunSchema>>>;

/** Fields of every run at its acceptance, which need no query. */
const JUST_ACCEPTED = {
  status: 'queued' as const,
  takeoverAt: null,
  error: null,
  retryOf: null,
  replayOf: null,
  parent: null,
  children: NO_CHILDREN,
  startedAt: null,
  finishedAt: null,
  stepsSucceeded: 0,
  itemsTotal: 0,
  costUsd: null,
  unpricedCalls: 0,
  retriedBy: null,
  replays: [],
  usage: NO_USAGE_YET,
  eventSeq: 1,
  steps: [],
};

function toSummary({ runId, acceptedAt }: Submitted) {
  return { id: runId, createdAt: acceptedAt, readAt: acceptedAt };
}

/** Its position in the queue would cost a query. */
function waitOf({ hasWorker }: Submitted): Waiting {
  return hasWorker
    ? { reason: 'queued_run', position: null }
    : { reason: 'no_worker', lane: DEFAULT_LANE };
}

/** @throws AioError `too_large` */
function toInputJson(input: unknown): string {
  const text = JSON.stringify(input);
  if (Buffer.byteLength(text) > MAX_INPUT_BYTES) {
    throw new AioError('too_large', `The input is larger than ${MAX_INPUT_BYTES} bytes.`);
  }
  return text;
}
