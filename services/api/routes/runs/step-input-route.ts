import type { Static } from 'typebox';
import { stepKind } from '@aio/core/definition/kinds/registry';
import { MAX_INPUT_BYTES, MAX_MAP_ITEMS } from '@aio/core/definition/limits';
import {
  isMapStep,
  type StepDefinition,
  type WorkflowDefinition,
} from '@aio/core/definition/schema';
import { AioError } from '@aio/core/errors';
import type { Scope } from '@aio/core/expression/scope';
import { compileTemplate, type Template } from '@aio/core/expression/template';
import { scopeOfFacts } from '@aio/core/run/scope-of-facts';
import type { StepFacts } from '@aio/core/run/storage';
import { loadDefinition, loadFacts } from '@aio/platform/queries/engine/load-run';
import type { RunHead } from '@aio/platform/queries/runs/get-run';
import { readRunValues, weighSteps } from '@aio/platform/queries/runs/run-values';
import { defineRoute, MB, type Route } from '../../http/define-route.ts';
import { json, reply } from '../../http/reply.ts';
import type { InProgress } from '../../limits/at-once.ts';
import type { RouteDeps } from '../route-deps.ts';
import { requireRun } from './read-run.ts';
import { RunStepParams } from './schema.ts';
import { StepInputQuery, StepInputSchema } from './step-input-schema.ts';

type Deps = Pick<RouteDeps, 'pool' | 'atOnce' | 'slices'>;
type StepInput = Static<typeof StepInputSchema>;

/** Replaces values of secrets, which the API does not read. */
const HIDDEN = '•••';

/** Problems of the request. Other errors are part of the answer. */
const PROBLEMS: ReadonlySet<string> = new Set(['not_found', 'too_many_at_once', 'busy']);

/** Maximum size of outputs per request: parsing more would block other requests. */
const MOST_BYTES = 4 * 1024 * 1024;

export function stepInputRoute(deps: Deps): Route {
  const { pool, slices } = deps;
  return defineRoute({
    id: 'getStepInput',
    tag: 'runs',
    summary: 'Get the input of a step',
    description:
      'The `with` of the step, evaluated as the worker does; for a map, the list of its items. Secrets are hidden. `error` says why there is no input, e.g. because a step that it needs has not finished.',
    method: 'GET',
    atMost: { rows: MAX_MAP_ITEMS, bytes: 4 * MB },
    path: '/api/v1/runs/{id}/steps/{step}/input',
    params: RunStepParams,
    query: StepInputQuery,
    responses: { 200: json('The input', StepInputSchema) },
    async handler(request) {
      const { params, query, principal } = request;
      const { id, step } = params;
      const { iteration = -1, brief = false } = query;
      const run = await requireRun({ pool }, principal, id);
      const { definition } = await loadDefinition(pool, run.workflowVersionId);
      const { steps } = definition as WorkflowDefinition;
      const own = Object.hasOwn(steps, step) ? steps[step] : undefined;
      if (own === undefined) throw new AioError('not_found', `The run has no step ${step}.`);
      const answer = await evaluate(request, run, steps, own, iteration);
      if (!brief || iteration >= 0 || !Array.isArray(answer.input)) return reply(200, answer);
      const { input: items } = answer;
      const texts = await slices.perform(request, () => items.map(startOf));
      return reply(200, { ...answer, input: texts });
    },
  });

  async function evaluate(
    request: InProgress,
    run: RunHead,
    steps: WorkflowDefinition['steps'],
    step: StepDefinition,
    iteration: number,
  ): Promise<StepInput> {
    const isMap = isMapStep(step);
    const work = isMap ? step.step : step;
    const template =
      isMap && iteration < 0
        ? compileTemplate(step.over, { maxResultBytes: MAX_INPUT_BYTES })
        : compileTemplate(work.with ?? {}, { literalKeys: stepKind(work.type).literalFields });
    try {
      const scope = await scopeFor(template);
      if (isMap && iteration >= 0) {
        const items = await listItems(step.over);
        if (iteration >= items.length)
          throw new AioError('not_found', `The map has no item ${iteration}.`);
        Object.assign(scope, { item: items[iteration], index: iteration });
      }
      const input = await slices.perform(request, () => template.evaluate(scope));
      return { input, error: null, hidden: [...template.secrets] };
    } catch (error) {
      if (!(error instanceof AioError) || PROBLEMS.has(error.code)) throw error;
      const { code, message } = error;
      return { input: null, error: { code, message }, hidden: [...template.secrets] };
    }

    async function scopeFor({ uses, secrets }: Template): Promise<Scope> {
      const named = [...uses];
      const [facts, { input }] = await Promise.all([
        named.length === 0 ? [] : loadWholeFacts(deps, request, run.id, named),
        readRunValues(pool, run.id, { outputs: false }),
      ]);
      return slices.perform(request, () => ({
        input: JSON.parse(input.text) as unknown,
        run: { id: run.id },
        steps: scopeOfFacts(facts, named, (id) => isMapStep(steps[id]!)),
        secrets: Object.fromEntries(secrets.map((name) => [name, HIDDEN])),
      }));
    }

    async function listItems(over: unknown): Promise<unknown[]> {
      const list = compileTemplate(over, { maxResultBytes: MAX_INPUT_BYTES });
      const scope = await scopeFor(list);
      const items = await slices.perform(request, () => list.evaluate(scope));
      return Array.isArray(items) ? items : [];
    }
  }
}

const ITEM_CHARACTERS = 120;

function startOf(item: unknown): string {
  const text = typeof item === 'string' ? item : JSON.stringify(item);
  return text.slice(0, ITEM_CHARACTERS).toWellFormed();
}

/** Facts of the steps. @throws AioError `values_too_large` */
async function loadWholeFacts(
  { pool, atOnce }: Pick<Deps, 'pool' | 'atOnce'>,
  request: InProgress,
  runId: string,
  steps: readonly string[],
): Promise<StepFacts[]> {
  const bytes = await weighSteps(pool, runId, steps);
  if (bytes > MOST_BYTES)
    throw new AioError(
      'values_too_large',
      `The input contains outputs of ${bytes} bytes, too large to show here. Download them from their steps.`,
    );
  atOnce.enterRead(request, bytes);
  return loadFacts(pool, runId, steps);
}
