import { isDeepStrictEqual } from 'node:util';
import type { Static } from 'typebox';
import { loadDefinition } from '@aio/platform/queries/engine/load-run';
import { NO_USAGE, readStepUsage, type RunUsage } from '@aio/platform/queries/get-run';
import { defineRoute, type Route } from '../../http/define-route.ts';
import { json, reply } from '../../http/reply.ts';
import type { RouteDeps } from '../route-deps.ts';
import { CompareQuery, ComparisonSchema, SHOWN_CHARACTERS } from './compare-schema.ts';
import type { PresentedRun } from './present-run.ts';
import type { PresentedStep } from './present-step.ts';
import { readRun, requireRun } from './read-run.ts';

type Deps = Pick<RouteDeps, 'pool' | 'links' | 'readVersion' | 'queues'>;
type Compared = Static<typeof ComparisonSchema>;

export function compareRunsRoute(deps: Deps): Route {
  return defineRoute({
    id: 'compareRuns',
    tag: 'runs',
    summary: 'Compare two runs',
    description:
      'For each step: status, attempts, times, tokens, cost and outputs. The runs may belong to different versions or workflows.',
    method: 'GET',
    path: '/api/v1/runs/compare',
    query: CompareQuery,
    responses: { 200: json('Both runs and their steps', ComparisonSchema) },
    async handler({ query, principal }) {
      // One after the other, so that a missing run and one of another owner get the same error.
      const versions = [
        (await requireRun(deps, principal, query.a)).workflowVersionId,
        (await requireRun(deps, principal, query.b)).workflowVersionId,
      ] as const;
      const [a, b, usageOfA, usageOfB, definitionsEqual] = await Promise.all([
        readRun(deps, principal, query.a),
        readRun(deps, principal, query.b),
        readStepUsage(deps.pool, query.a),
        readStepUsage(deps.pool, query.b),
        areSame(deps, versions),
      ]);
      return reply(200, {
        a: sideOf(a),
        b: sideOf(b),
        definitionsEqual,
        inputsEqual: isDeepStrictEqual(a.input, b.input),
        outputsEqual: isDeepStrictEqual(a.output, b.output),
        steps: compareSteps([a, usageOfA], [b, usageOfB]),
      });
    },
  });
}

async function areSame({ pool }: Deps, [a, b]: readonly [string, string]): Promise<boolean> {
  if (a === b) return true;
  const [one, other] = await Promise.all([loadDefinition(pool, a), loadDefinition(pool, b)]);
  return isDeepStrictEqual(one.definition, other.definition);
}

type WithUsage = readonly [PresentedRun, ReadonlyMap<string, RunUsage>];

function compareSteps(a: WithUsage, b: WithUsage): Compared['steps'] {
  const [ofA, ofB] = [a, b].map(([{ steps }]) => new Map(steps.map((step) => [step.id, step])));
  const ids = new Set([...ofA!.keys(), ...ofB!.keys()]);
  return [...ids].map((id) => {
    const [one, other] = [ofA!.get(id), ofB!.get(id)];
    return {
      step: id,
      a: one ? stepSide(one, a[1].get(id)) : null,
      b: other ? stepSide(other, b[1].get(id)) : null,
      outputsEqual: areOutputsEqual(one, other),
    };
  });
}

/** Compares outputs in the output store by their hash; null = an output was left out. */
function areOutputsEqual(one?: PresentedStep, other?: PresentedStep): boolean | null {
  if (one?.storedOutput && other?.storedOutput)
    return one.storedOutput.sha256 === other.storedOutput.sha256;
  const isLeftOut = (step?: PresentedStep) => step?.status === 'succeeded' && !('output' in step);
  if (isLeftOut(one) || isLeftOut(other)) return null;
  return isDeepStrictEqual(one?.output ?? null, other?.output ?? null);
}

/** @param usage of its attempts and of its items'; absent = no model call */
function stepSide(
  step: PresentedStep,
  usage: RunUsage = NO_USAGE,
): NonNullable<Compared['steps'][number]['a']> {
  return {
    kind: step.kind,
    status: step.status,
    resolution: step.resolution,
    ...timesOf([step]),
    ...usage,
    ...shown('output', step.output),
  };
}

function sideOf(run: PresentedRun): Compared['a'] {
  const {
    input,
    output,
    usage,
    eventSeq: _seq,
    steps,
    retriedBy: _by,
    replays: _all,
    ...summary
  } = run;
  return {
    run: summary,
    status: run.status,
    durationMs: run.durationMs,
    ...timesOf(steps),
    ...usage,
    ...shown('input', input),
    ...shown('output', output),
  };
}

/** Sums over steps, without items of maps, whose time is within their map's. */
function timesOf(steps: readonly PresentedStep[]) {
  const attempts = steps.flatMap((step) => step.attempts);
  const add = (values: readonly (number | null)[]) => {
    const known = values.filter((value) => value !== null);
    return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
  };
  return {
    attempts: attempts.length,
    queueMs: add(attempts.map(({ queueTimeMs }) => queueTimeMs)),
    executionMs: add(attempts.map(({ executionMs }) => executionMs)),
  };
}

function shown<const Name extends string>(name: Name, value: unknown) {
  const isShown = value !== undefined && JSON.stringify(value).length <= SHOWN_CHARACTERS;
  return (isShown ? { [name]: value } : {}) as { [_ in Name]?: unknown };
}
