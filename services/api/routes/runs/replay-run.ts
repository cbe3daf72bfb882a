import { AIO } from '@aio/catalog/traces/attributes';
import { MAX_INPUT_BYTES, MAX_OUTPUT_BYTES } from '@aio/core/definition/limits';
import { AioError, ValidationError } from '@aio/core/errors';
import type { Validate } from '@aio/core/json/schema-validator';
import { type Replay, replayRun } from '@aio/platform/queries/runs/replay-run';
import { chooseRunSpan } from '@aio/runtime/run-span';
import { tracestateOf } from '@aio/runtime/trace-context';
import { scopeOf } from '../../auth/principal.ts';
import { defineRoute, jsonBody, type Route, type RouteRequest } from '../../http/define-route.ts';
import { idempotencyOf } from '../../http/idempotency.ts';
import { below } from '../../http/problems.ts';
import { json, reply } from '../../http/reply.ts';
import type { RouteDeps } from '../route-deps.ts';
import { countSubmitted } from './new-run.ts';
import { enterRead, readChangedRun, requireRun } from './read-run.ts';
import { namesOf } from './name-run.ts';
import { ReplayBody, SubmitHeaders } from './submit-schema.ts';
import { RunParams, RunSchema } from './schema.ts';

type Deps = Pick<
  RouteDeps,
  'pool' | 'links' | 'readVersion' | 'queues' | 'metrics' | 'tracing' | 'slices' | 'atOnce' | 'log'
>;

/** For the JSON around input and output. */
const ENVELOPE_BYTES = 1024;
const BODY = jsonBody(ReplayBody, {
  maxBytes: MAX_INPUT_BYTES + MAX_OUTPUT_BYTES + ENVELOPE_BYTES,
  required: false,
});
type Body = RouteRequest<typeof RunParams, undefined, typeof SubmitHeaders, typeof BODY>['body'];

export function replayRunRoute(deps: Deps): Route {
  return defineRoute({
    id: 'replayRun',
    tag: 'runs',
    summary: 'Replay a finished run, completely or from a step',
    description:
      'Starts a new run of the same version, linked to the first. With `from`, only that step and all steps that depend on it run again; the other steps keep their results, also with another input. Each request starts a run, unless an earlier request with its Idempotency-Key did.',
    method: 'POST',
    path: '/api/v1/runs/{id}/replay',
    params: RunParams,
    headers: SubmitHeaders,
    body: BODY,
    responses: {
      202: json('The new run', RunSchema, {
        Location: 'Path of the new run',
        'Idempotency-Replayed': '`true` if an earlier request with this key started the run',
      }),
    },
    async handler(request) {
      const { params, headers, body, principal, actor, span } = request;
      const { id } = params;
      const original = await requireRun(deps, principal, id);
      // The answer is as large as this run, and once there is a replay, it cannot be refused.
      await enterRead(deps, request, [original], { outputs: false });
      const facts = await deps.readVersion(original.workflowVersionId);
      const trace = { ...chooseRunSpan(span), tracestate: tracestateOf(span) };
      const { replayed, workflowName, owner, ...run } = await replayRun(deps.pool, {
        runId: id,
        onlyOwner: scopeOf(principal),
        by: principal.subject,
        audit: actor,
        timeoutMs: facts.timeoutMs,
        namesOf: namesOf(deps, facts, original.workflowName),
        ...trace,
        ...(await deps.slices.perform(body, () => readBody(body, facts.validateInput))),
        idempotency: idempotencyOf(headers['idempotency-key'], [
          body.input,
          body.from,
          body.output,
        ]),
      });
      const { runId } = run;
      span.setAttributes({
        [AIO.runId]: runId,
        [AIO.workflowName]: workflowName,
        [AIO.idempotencyReplayed]: replayed,
      });
      if (!replayed) {
        countSubmitted(deps.metrics, { workflow: workflowName, owner });
        void deps.queues.addRuns([{ ...run, ...trace }]);
      }
      return reply(202, await readChangedRun(deps, principal, runId), {
        Location: `/api/v1/runs/${runId}`,
        ...(replayed && { 'Idempotency-Replayed': 'true' }),
      });
    },
  });
}

/** @throws AioError `too_large`, ValidationError */
function readBody(body: Body, validateInput: Validate): Pick<Replay, 'input' | 'from'> {
  if (body.output !== undefined && body.from === undefined) {
    throw new ValidationError('`output` needs `from`.', [
      {
        pointer: '/output',
        rule: 'without_step',
        message: 'replaces the result of `from`: also give `from`',
        hint: 'name the step in `from`, or remove `output`',
      },
    ]);
  }
  const faults = body.input === undefined ? [] : validateInput(body.input);
  if (faults.length > 0)
    throw new ValidationError(
      "The input does not match the workflow's schema.",
      below('/input', faults),
    );
  return {
    input: body.input === undefined ? null : toText('input', body.input, MAX_INPUT_BYTES),
    from:
      body.from === undefined
        ? null
        : {
            step: body.from,
            output:
              body.output === undefined ? null : toText('output', body.output, MAX_OUTPUT_BYTES),
          },
  };
}

function toText(name: string, value: unknown, maxBytes: number): string {
  const text = JSON.stringify(value);
  if (Buffer.byteLength(text) <= maxBytes) return text;
  throw new AioError('too_large', `The ${name} is larger than ${maxBytes} bytes.`);
}
