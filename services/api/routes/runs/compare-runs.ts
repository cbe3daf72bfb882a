import { MAX_STEPS } from '@aio/core/definition/limits';
import type { Static } from 'typebox';
import { JsonText } from '@aio/core/json/json-text';
import {
  areDefinitionsEqual,
  type ComparedValues,
  compareValues,
  type ShownValue,
} from '@aio/platform/queries/runs/compare-values';
import {
  NO_USAGE,
  readDetail,
  readStepUsage,
  type RunHead,
  type RunUsage,
} from '@aio/platform/queries/runs/get-run';
import { readStepTimes, type StepTimes } from '@aio/platform/queries/runs/step-times';
import { msBetween } from '../../http/iso-time.ts';
import { defineRoute, MB, type Route } from '../../http/define-route.ts';
import { json, reply } from '../../http/reply.ts';
import type { RouteDeps } from '../route-deps.ts';
import { CompareQuery, ComparisonSchema } from './compare-schema.ts';
import { presentRun, type PresentedRun } from './present-run.ts';
import type { PresentedStep } from './present-step.ts';
import { enterRead, requireRun } from './read-run.ts';
import { readWaits } from './wait-reasons.ts';

const NO_VALUES = { input: new JsonText('null'), output: null, outputs: new Map() };

type Deps = Pick<RouteDeps, 'pool' | 'links' | 'readVersion' | 'queues' | 'atOnce' | 'slices'>;
type Compared = Static<typeof ComparisonSchema>;

export function compareRunsRoute(deps: Deps): Route {
  return defineRoute({
    id: 'compareRuns',
    tag: 'runs',
    summary: 'Compare two runs',
    description:
      'For each step: status, attempts, times, tokens, cost and outputs. The runs may belong to different versions or workflows.',
    method: 'GET',
    atMost: { rows: MAX_STEPS, bytes: 8 * MB },
    path: '/api/v1/runs/compare',
    query: CompareQuery,
    responses: { 200: json('Both runs and their steps', ComparisonSchema) },
    async handler(request) {
      const { query, principal } = request;
      // One after the other, so that a missing run and one of another owner get the same error.
      const heads = [
        await requireRun(deps, principal, query.a),
        await requireRun(deps, principal, query.b),
      ] as const;
      await enterRead(deps, request, heads, { outputs: true });
      const [a, b, values, definitionsEqual] = await Promise.all([
        readSide(deps, heads[0]),
        readSide(deps, heads[1]),
        compareValues(deps.pool, query.a, query.b),
        areDefinitionsEqual(deps.pool, heads[0].workflowVersionId, heads[1].workflowVersionId),
      ]);
      const { input, output, outputs } = values;
      return reply(200, {
        a: sideOf(a, { input: input.a, output: output.a }),
        b: sideOf(b, { input: input.b, output: output.b }),
        definitionsEqual,
        inputsEqual: input.areEqual === true,
        outputsEqual: output.areEqual === true,
        steps: await deps.slices.perform(query, () => compareSteps(a, b, outputs)),
      });
    },
  });
}

/** A run without values, and the times and the usage of its steps. */
interface Side {
  presented: PresentedRun;
  times: ReadonlyMap<string, StepTimes>;
  usage: ReadonlyMap<string, RunUsage>;
}

async function readSide(deps: Deps, head: RunHead): Promise<Side> {
  const [{ steps }, run, times, usage] = await Promise.all([
    deps.readVersion(head.workflowVersionId),
    readDetail(deps.pool, head),
    readStepTimes(deps.pool, head.id),
    readStepUsage(deps.pool, head.id),
  ]);
  const waits = await readWaits(deps, run, steps);
  const present = () => presentRun(run, NO_VALUES, steps, deps.links, waits);
  return {
    presented: await deps.slices.perform(head, present),
    times: new Map(times.map((one) => [one.id, one])),
    usage,
  };
}

function compareSteps(a: Side, b: Side, outputs: ComparedValues['outputs']): Compared['steps'] {
  const [ofA, ofB] = [a, b].map(
    ({ presented }) => new Map(presented.steps.map((step) => [step.id, step])),
  );
  const ids = new Set([...ofA!.keys(), ...ofB!.keys()]);
  return [...ids].map((id) => {
    const [one, other, output] = [ofA!.get(id), ofB!.get(id), outputs.get(id)];
    return {
      step: id,
      a: one ? stepSide(one, output?.a, a) : null,
      b: other ? stepSide(other, output?.b, b) : null,
      // Steps without rows have no output.
      outputsEqual: output === undefined ? true : output.areEqual,
    };
  });
}

/** Its usage is of its attempts and of its items'. */
function stepSide(
  step: PresentedStep,
  output: ShownValue,
  { times, usage }: Pick<Side, 'times' | 'usage'>,
): NonNullable<Compared['steps'][number]['a']> {
  return {
    kind: step.kind,
    status: step.status,
    resolution: step.resolution,
    durationMs: step.durationMs,
    ...(step.skippedBecause && { skippedBecause: step.skippedBecause }),
    ...timesOf([times.get(step.id)]),
    ...(usage.get(step.id) ?? NO_USAGE),
    ...(output !== undefined && { output }),
  };
}

function sideOf(
  { presented, times }: Side,
  values: { input: ShownValue; output: ShownValue },
): Compared['a'] {
  const {
    input: _input,
    output: _output,
    usage,
    eventSeq: _seq,
    steps: _steps,
    retriedBy: _by,
    replays: _all,
    ...summary
  } = presented;
  return {
    run: summary,
    status: summary.status,
    durationMs: summary.durationMs,
    ...timesOf([...times.values()]),
    ...usage,
    ...(values.input !== undefined && { input: values.input }),
    ...(values.output !== undefined && { output: values.output }),
  };
}

/** Sums over steps, without items of maps, whose time is within their map's. */
function timesOf(some: readonly (StepTimes | undefined)[]) {
  const steps = some.filter((step) => step !== undefined);
  const add = (values: readonly (number | null)[]) => {
    const known = values.filter((value) => value !== null);
    return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
  };
  return {
    attempts: steps.reduce((sum, { attempts }) => sum + attempts, 0),
    queueMs: add(
      steps.flatMap((step) => [
        step.earlierQueueMs || null,
        msBetween(step.readyAt, step.startedAt),
      ]),
    ),
    executionMs: add(
      steps.flatMap((step) => [
        step.earlierExecutionMs || null,
        msBetween(step.startedAt, step.finishedAt),
      ]),
    ),
  };
}
