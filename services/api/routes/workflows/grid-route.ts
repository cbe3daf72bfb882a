import { Type, type Static } from 'typebox';
import { RUN_STATUSES, STEP_STATUSES } from '@aio/core/run/states';
import { MAX_STEPS } from '@aio/core/definition/limits';
import { AioError } from '@aio/core/errors';
import { findVersion } from '@aio/platform/queries/workflows/find-version';
import {
  GRID_RUNS,
  type GridRun,
  MOST_GRID_STEPS,
  readWorkflowGrid,
} from '@aio/platform/queries/workflows/workflow-grid';
import { MOST_OTHER_STEPS } from '@aio/platform/queries/workflows/shown-steps';
import { scopeOf } from '../../auth/principal.ts';
import {
  Id,
  Milliseconds,
  Nullable,
  OneOf,
  StepId,
  Time,
  WorkflowName,
} from '../../http/common-schema.ts';
import { defineRoute, MB, type Route } from '../../http/define-route.ts';
import { isoTime, isoTimeOrNull, msBetween } from '../../http/iso-time.ts';
import { json, reply } from '../../http/reply.ts';
import type { StepOutline } from '../../versions.ts';
import type { RouteDeps } from '../route-deps.ts';
import { WorkflowParams } from './schema.ts';

/** With fewer executions, a P95 says nothing. */
const LEAST_FOR_P95 = 5;

const GridStepSchema = Type.Object(
  {
    id: StepId,
    kind: { ...Nullable(Type.String()), description: 'null = not in the published version.' },
    p95Ms: {
      ...Nullable(Milliseconds),
      description: `P95 of its durations in these runs; null = fewer than ${LEAST_FOR_P95} runs executed it.`,
    },
  },
  { title: 'GridStep', additionalProperties: false },
);

const CellSchema = Type.Object(
  {
    status: {
      ...OneOf(STEP_STATUSES),
      description: 'Of a map: the worst of the map and its items.',
    },
    durationMs: {
      ...Nullable(Milliseconds),
      description: 'As in a step of a run: from ready to the end of the last attempt.',
    },
  },
  { title: 'GridCell', additionalProperties: false },
);

const GridRunSchema = Type.Object(
  {
    id: Id,
    title: Nullable(Type.String()),
    version: Type.Integer(),
    status: OneOf(RUN_STATUSES),
    createdAt: Time,
    startedAt: Nullable(Time),
    durationMs: Nullable(Milliseconds),
    cells: Type.Array(Nullable(CellSchema), {
      description: 'In the order of `steps`; null = the run has not reached the step, or lacks it.',
    }),
  },
  { title: 'GridRun', additionalProperties: false },
);

export const WorkflowGridSchema = Type.Object(
  { name: WorkflowName, steps: Type.Array(GridStepSchema), runs: Type.Array(GridRunSchema) },
  { title: 'WorkflowGrid', additionalProperties: false },
);

export function gridRoute({
  readsOf,
  readVersion,
}: Pick<RouteDeps, 'readsOf' | 'readVersion'>): Route {
  return defineRoute({
    id: 'getWorkflowGrid',
    tag: 'workflows',
    summary: 'Get the steps of the last runs of a workflow, as a grid',
    description: `The last ${GRID_RUNS} runs of all versions, oldest first; fewer if together they have more than ${MOST_GRID_STEPS.toLocaleString('en')} steps. Steps of the published version come first, in its order, then at most ${MOST_OTHER_STEPS} others.`,
    method: 'GET',
    atMost: { rows: MAX_STEPS + MOST_OTHER_STEPS, bytes: 4 * MB },
    path: '/api/v1/workflows/{name}/grid',
    params: WorkflowParams,
    responses: { 200: json('The grid', WorkflowGridSchema) },
    async handler({ params: { name }, principal }) {
      const owner = scopeOf(principal);
      const db = await readsOf(principal);
      const found = await findVersion(db, { name, owner });
      if (found === null) throw new AioError('not_found', `There is no workflow ${name}.`);
      const [{ steps }, runs] = await Promise.all([
        readVersion(found.versionId),
        readWorkflowGrid(db, { workflowId: found.workflowId, owner }),
      ]);
      return reply(200, { name, ...presentGrid(steps, runs) });
    },
  });
}

function presentGrid(
  outline: readonly StepOutline[],
  newestFirst: readonly GridRun[],
): Omit<Static<typeof WorkflowGridSchema>, 'name'> {
  const kinds = new Map<string, string | null>(outline.map(({ id, kind }) => [id, kind]));
  for (const { step } of newestFirst.flatMap(({ cells }) => cells))
    if (!kinds.has(step)) kinds.set(step, null);
  const runs = newestFirst.toReversed().map(({ cells, ...run }) => {
    const byStep = new Map(
      cells.map(({ step, status, durationMs }) => [step, { status, durationMs }]),
    );
    return {
      id: run.id,
      title: run.title,
      version: run.version,
      status: run.status,
      createdAt: isoTime(run.createdAt),
      startedAt: isoTimeOrNull(run.startedAt),
      durationMs: msBetween(run.createdAt, run.finishedAt),
      cells: [...kinds.keys()].map((id) => byStep.get(id) ?? null),
    };
  });
  const steps = [...kinds].map(([id, kind], index) => ({
    id,
    kind,
    p95Ms: p95Of(runs.flatMap(({ cells }) => cells[index]?.durationMs ?? [])),
  }));
  return { steps, runs };
}

/** As PostgreSQL's `percentile_disc`: below twenty runs the slowest, so that no run is slower by definition. */
function p95Of(durations: readonly number[]): number | null {
  if (durations.length < LEAST_FOR_P95) return null;
  return durations.toSorted((a, b) => a - b)[Math.ceil(0.95 * durations.length) - 1]!;
}
