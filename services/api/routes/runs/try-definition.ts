import { createHash } from 'node:crypto';
import { AIO } from '@aio/catalog/traces/attributes';
import { MAX_DEFINITION_BYTES, MAX_INPUT_BYTES } from '@aio/core/definition/limits';
import type { WorkflowDefinition } from '@aio/core/definition/schema';
import { AioError, ValidationError } from '@aio/core/errors';
import { submitDraft } from '@aio/platform/queries/runs/submit-draft';
import { chooseRunSpan } from '@aio/runtime/run-span';
import { tracestateOf } from '@aio/runtime/trace-context';
import { scopeOf } from '../../auth/principal.ts';
import { defineRoute, jsonBody, type Route } from '../../http/define-route.ts';
import { below } from '../../http/problems.ts';
import { json, reply } from '../../http/reply.ts';
import { factsOf } from '../../versions.ts';
import type { RouteDeps } from '../route-deps.ts';
import { countSubmitted, newRunId } from './new-run.ts';
import { readChangedRun } from './read-run.ts';
import { titlesOf } from './run-title.ts';
import { RunSchema } from './schema.ts';
import { SubmitHeaders, TryBody } from './submit-schema.ts';
import { createWaitBudget } from './wait-budget.ts';

type Deps = Pick<
  RouteDeps,
  | 'pool'
  | 'links'
  | 'readVersion'
  | 'readDefinition'
  | 'queues'
  | 'metrics'
  | 'tracing'
  | 'slices'
  | 'log'
>;

/** In JSON text, most characters take one byte, quotes and line ends two. */
const MAX_BODY_BYTES = 2 * MAX_DEFINITION_BYTES + MAX_INPUT_BYTES;

export function tryDefinitionRoute(deps: Deps): Route {
  return defineRoute({
    id: 'tryDefinition',
    tag: 'runs',
    summary: 'Run a definition without saving it',
    description:
      'The API stores the definition as a draft with a negative version number. The workflow and its versions do not change. If no workflow has the name, you become its owner.',
    method: 'POST',
    path: '/api/v1/runs',
    headers: SubmitHeaders,
    body: jsonBody(TryBody, { maxBytes: MAX_BODY_BYTES }),
    responses: {
      202: json('The run', RunSchema, {
        Location: 'Path of the run',
        'Idempotency-Replayed': '`true` if an earlier request with this key started the run',
      }),
    },
    async handler({ headers, body, principal, actor, span }) {
      const { source, mediaType = 'application/yaml', input = {} } = body;
      const { definition, faults } = await deps.readDefinition({ text: source, mediaType });
      if (definition === null)
        throw new ValidationError('The definition is invalid.', below('/source', faults));
      const { name, json: text, checksum } = definition;
      const facts = factsOf(JSON.parse(text) as WorkflowDefinition);
      const { steps, timeoutMs, validateInput } = facts;
      const inputText = JSON.stringify(input);
      if (Buffer.byteLength(inputText) > MAX_INPUT_BYTES)
        throw new AioError('too_large', `The input is larger than ${MAX_INPUT_BYTES} bytes.`);
      const inputFaults = await deps.slices.perform(body, () => validateInput(input));
      if (inputFaults.length > 0) {
        const detail = "The input does not match the workflow's schema.";
        throw new ValidationError(detail, below('/input', inputFaults));
      }

      const id = newRunId();
      const titleOf = titlesOf(deps, facts, name);
      const title = titleOf && (await deps.slices.perform(body, () => titleOf(input, id)));
      const createdBy = principal.subject;
      const trace = { ...chooseRunSpan(span), tracestate: tracestateOf(span) };
      const key = headers['idempotency-key'];
      const waitFor = createWaitBudget();
      const { runId, replayed, workflowId } = await waitFor(
        submitDraft(
          deps.pool,
          {
            name,
            definition: text,
            source,
            mediaType,
            checksum,
            createdBy,
            onlyOwner: scopeOf(principal),
          },
          {
            id,
            workflowName: name,
            owner: createdBy,
            audit: actor,
            input: inputText,
            title,
            stepsTotal: steps.length,
            timeoutMs,
            ...trace,
            idempotency:
              key === undefined ? null : { key, requestHash: hashOf([checksum, inputText]) },
          },
        ),
      );
      span.setAttributes({ [AIO.runId]: runId, [AIO.workflowName]: name });
      if (!replayed) {
        countSubmitted(deps.metrics, { workflow: name, owner: createdBy });
        void deps.queues.addRuns([{ runId, epoch: 0, workflowId, ...trace }]);
      }
      return reply(202, await waitFor(readChangedRun(deps, principal, runId)), {
        Location: `/api/v1/runs/${runId}`,
        ...(replayed && { 'Idempotency-Replayed': 'true' }),
      });
    },
  });
}

function hashOf(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
