import { MAX_STEPS } from '@aio/core/definition/limits';
import { expandsItems } from '@aio/core/definition/kinds/registry';
import {
  type StepTime,
  type TimedStep,
  type WhereTimeWent,
  whereTimeWent,
} from '@aio/core/run/where-time-went';
import { readDetail, type RunDetail } from '@aio/platform/queries/runs/get-run';
import { type Decision, readDecisions } from '@aio/platform/queries/waits/read-decisions';
import { listStepItems, type RunStep } from '@aio/platform/queries/runs/run-steps';
import { defineRoute, type Route } from '../../http/define-route.ts';
import { json, reply } from '../../http/reply.ts';
import type { StepOutline } from '../../versions.ts';
import type { RouteDeps } from '../route-deps.ts';
import { requireRun, STEP_BYTES } from './read-run.ts';
import { RunParams } from './schema.ts';
import { RunTimeSchema } from './time-schema.ts';
import type { Static } from 'typebox';
import { isoTime } from '../../http/iso-time.ts';
import { itemOrNull } from '../../http/common-schema.ts';

type Deps = Pick<RouteDeps, 'pool' | 'readVersion' | 'atOnce'>;

export function runTimeRoute(deps: Deps): Route {
  return defineRoute({
    id: 'getRunTime',
    tag: 'runs',
    summary: 'Break down the time of a run',
    description:
      'Follows the critical path from the end of the run, or from now, back through the parents that ended last. Each instant has one class, so the classes add up to the total.',
    method: 'GET',
    path: '/api/v1/runs/{id}/time',
    params: RunParams,
    responses: { 200: json('The time by class, and the critical path', RunTimeSchema) },
    async handler(request) {
      const { params, principal } = request;
      const head = await requireRun(deps, principal, params.id);
      deps.atOnce.enterRead(request, (head.stepsTotal + head.itemsTotal) * STEP_BYTES);
      const run = await readDetail(deps.pool, head);
      const { steps: outline } = await deps.readVersion(run.workflowVersionId);
      const steps = toTimedSteps(run, outline);
      const { path } = whereTimeWent({ ...run, steps }, run.readAt);
      // Items lie within their map, so they do not change the path.
      const maps = path.filter(({ kind }) => expandsItems(kind));
      const withItems = await Promise.all(
        steps.map(async (step) =>
          maps.some(({ id }) => id === step.id)
            ? { ...step, items: await readItems(deps, run.id, step.id) }
            : step,
        ),
      );
      const time = whereTimeWent({ ...run, steps: withItems }, run.readAt);
      const decisions = await readDecisions(deps.pool, run.id);
      return reply(200, presentTime(run, time, decisions));
    },
  });
}

function toTimedSteps(run: RunDetail, outline: readonly StepOutline[]): TimedStep[] {
  const rows = new Map(run.steps.map((row) => [row.step, row]));
  return outline.flatMap(({ id, needs }) => {
    const row = rows.get(id);
    return row === undefined ? pendingStep(id, needs) : toTimedStep(row, needs);
  });
}

function toTimedStep(row: RunStep, needs: readonly string[]): TimedStep {
  const { step: id, kind, status, readyAt, finishedAt, attempts, iteration } = row;
  const item = iteration === -1 ? null : iteration;
  return { id, kind, needs, status, iteration: item, readyAt, finishedAt, attempts };
}

function pendingStep(id: string, needs: readonly string[]): TimedStep {
  return { id, kind: '', needs, status: 'pending', readyAt: null, finishedAt: null, attempts: [] };
}

/** One page suffices: a run has at most `MAX_STEPS` steps and items. */
async function readItems({ pool }: Deps, runId: string, step: string): Promise<TimedStep[]> {
  const page = { limit: MAX_STEPS, cursor: null };
  const { items } = await listStepItems(pool, { runId, step, ...page });
  return items.map((item) => toTimedStep(item, []));
}

type PresentedTime = Static<typeof RunTimeSchema>;

function presentTime(
  run: RunDetail,
  { total, spent, path }: WhereTimeWent,
  decisions: readonly Decision[],
): PresentedTime {
  const fromMs = run.createdAt.getTime();
  const onPath = new Set(path.map(({ id }) => id));
  return {
    runId: run.id,
    isOver: run.finishedAt !== null,
    from: isoTime(fromMs),
    to: isoTime(fromMs + total),
    totalMs: total,
    byClass: spent,
    path: path.map((step) => presentStepTime(step, fromMs)),
    decisions: decisions
      .filter(({ step }) => onPath.has(step))
      .map(({ iteration, at, ...rest }) => ({
        ...rest,
        item: itemOrNull(iteration),
        at: isoTime(at),
      })),
  };
}

function presentStepTime(step: StepTime, fromMs: number): PresentedTime['path'][number] {
  const { id, readyAfter, total, spent, stretches, kind, attempts } = step;
  return {
    step: id,
    kind,
    attempts,
    readyAt: isoTime(fromMs + readyAfter),
    totalMs: total,
    byClass: spent,
    stretches: stretches.map(({ from, to, ...rest }) => ({
      ...rest,
      from: isoTime(from),
      to: isoTime(to),
    })),
  };
}
