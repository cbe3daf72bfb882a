import { MAX_STEPS } from '@aio/core/definition/limits';
import { expandsItems } from '@aio/core/definition/kinds/registry';
import {
  type StepTime,
  type TimedStep,
  type WhereTimeWent,
  whereTimeWent,
} from '@aio/core/run/where-time-went';
import type { RunHead } from '@aio/platform/queries/runs/get-run';
import { readStepTimes, type StepTimes } from '@aio/platform/queries/runs/step-times';
import { type Decision, readDecisions } from '@aio/platform/queries/waits/read-decisions';
import { defineRoute, MB, type Route } from '../../http/define-route.ts';
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
    atMost: { rows: MAX_STEPS, bytes: 4 * MB },
    path: '/api/v1/runs/{id}/time',
    params: RunParams,
    responses: { 200: json('The time by class, and the critical path', RunTimeSchema) },
    async handler(request) {
      const { params, principal } = request;
      const run = await requireRun(deps, principal, params.id);
      deps.atOnce.enterRead(request, (run.stepsTotal + run.itemsTotal) * STEP_BYTES);
      const [rows, { steps: outline }] = await Promise.all([
        readStepTimes(deps.pool, run.id),
        deps.readVersion(run.workflowVersionId),
      ]);
      const steps = toTimedSteps(rows, outline);
      const timed = { ...run, failedStep: failedStepOf(run) };
      const { path } = whereTimeWent({ ...timed, steps }, run.readAt);
      // Items lie within their map, so they do not change the path.
      const maps = new Set(path.filter(({ kind }) => expandsItems(kind)).map(({ id }) => id));
      const withItems = await Promise.all(
        steps.map(async (step) => {
          if (!maps.has(step.id)) return step;
          const items = await readStepTimes(deps.pool, run.id, step.id);
          return { ...step, items: items.map((item) => ({ ...item, needs: [] })) };
        }),
      );
      const time = whereTimeWent({ ...timed, steps: withItems }, run.readAt);
      const decisions = await readDecisions(deps.pool, run.id);
      return reply(200, presentTime(run, time, decisions));
    },
  });
}

/** A step without a row has not been reached. */
function toTimedSteps(rows: readonly StepTimes[], outline: readonly StepOutline[]): TimedStep[] {
  const byId = new Map(rows.map((row) => [row.id, row]));
  return outline.map(({ id, needs }) => ({ ...UNREACHED, ...byId.get(id), id, needs }));
}

const UNREACHED = {
  kind: '',
  status: 'pending',
  attempts: 0,
  firstReadyAt: null,
  earlierQueueMs: 0,
  earlierExecutionMs: 0,
  readyAt: null,
  startedAt: null,
  finishedAt: null,
};

function failedStepOf({ error }: Pick<RunHead, 'error'>): string | null {
  const step = error?.['step'];
  return typeof step === 'string' ? step : null;
}

type PresentedTime = Static<typeof RunTimeSchema>;

function presentTime(
  run: RunHead,
  { total, spent, last, path }: WhereTimeWent,
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
    last,
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
  const { id, readyAfter, total, spent, kind, attempts } = step;
  return {
    step: id,
    kind,
    attempts,
    readyAt: isoTime(fromMs + readyAfter),
    totalMs: total,
    byClass: spent,
  };
}
