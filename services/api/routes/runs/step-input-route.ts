import type { Static } from 'typebox';
import { stepKind } from '@aio/core/definition/kinds/registry';
import { MAX_INPUT_BYTES } from '@aio/core/definition/limits';
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
import type { RunDetail } from '@aio/platform/queries/get-run';
import { defineRoute, type Route } from '../../http/define-route.ts';
import { json, reply } from '../../http/reply.ts';
import type { RouteDeps } from '../route-deps.ts';
import { requireRun } from './read-run.ts';
import { RunStepParams } from './schema.ts';
import { StepInputQuery, StepInputSchema } from './step-input-schema.ts';

type StepInput = Static<typeof StepInputSchema>;

/** Replaces values of secrets, which the API does not read. */
const HIDDEN = '•••';

/** Maximum size of stored outputs per request: parsing more would block other requests. */
const MOST_STORED_BYTES = 1024 * 1024;

export function stepInputRoute({ pool, stored }: Pick<RouteDeps, 'pool' | 'stored'>): Route {
  return defineRoute({
    id: 'getStepInput',
    tag: 'runs',
    summary: 'Get the input of a step',
    description:
      'The `with` of the step, evaluated as the worker does; for a map, the list of its items. Secrets are hidden. `error` says why there is no input, e.g. because a step that it needs has not finished.',
    method: 'GET',
    path: '/api/v1/runs/{id}/steps/{step}/input',
    params: RunStepParams,
    query: StepInputQuery,
    responses: { 200: json('The input', StepInputSchema) },
    async handler({ params: { id, step }, query: { iteration = -1 }, principal }) {
      const run = await requireRun({ pool }, principal, id);
      const { definition } = await loadDefinition(pool, run.workflowVersionId);
      const { steps } = definition as WorkflowDefinition;
      const own = Object.hasOwn(steps, step) ? steps[step] : undefined;
      if (own === undefined) throw new AioError('not_found', `The run has no step ${step}.`);
      return reply(200, await evaluate(run, steps, own, iteration));
    },
  });

  /** Facts of the steps, with outputs from the output store. @throws AioError `values_too_large` */
  async function loadWholeFacts(runId: string, steps: readonly string[]): Promise<StepFacts[]> {
    const facts = await loadFacts(pool, runId, steps);
    const bytes = facts.reduce((sum, { outputRef }) => sum + (outputRef?.bytes ?? 0), 0);
    if (bytes > MOST_STORED_BYTES)
      throw new AioError(
        'values_too_large',
        `The input contains outputs of ${bytes} bytes, too large to show here. Download them from their steps.`,
      );
    return Promise.all(
      facts.map(async (fact) =>
        fact.outputRef === null
          ? fact
          : { ...fact, output: await stored.read(runId, fact.outputRef) },
      ),
    );
  }

  async function evaluate(
    run: RunDetail,
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
      return { input: template.evaluate(scope), error: null, hidden: [...template.secrets] };
    } catch (error) {
      if (!(error instanceof AioError) || error.code === 'not_found') throw error;
      const { code, message } = error;
      return { input: null, error: { code, message }, hidden: [...template.secrets] };
    }

    async function scopeFor({ uses, secrets }: Template): Promise<Scope> {
      const named = [...uses];
      const facts = named.length === 0 ? [] : await loadWholeFacts(run.id, named);
      return {
        input: run.input,
        run: { id: run.id },
        steps: scopeOfFacts(facts, named, (id) => isMapStep(steps[id]!)),
        secrets: Object.fromEntries(secrets.map((name) => [name, HIDDEN])),
      };
    }

    async function listItems(over: unknown): Promise<unknown[]> {
      const list = compileTemplate(over, { maxResultBytes: MAX_INPUT_BYTES });
      const items = list.evaluate(await scopeFor(list));
      return Array.isArray(items) ? items : [];
    }
  }
}
