import { DEFAULT_LANE } from '@aio/core/definition/kinds/kind';
import { isStepKind, stepKind } from '@aio/core/definition/kinds/registry';
import { stepJobId } from '@aio/core/run/jobs';
import {
  decidingWait,
  obstacleIn,
  type Waiting,
  waitInLane,
  waitOfStep,
} from '@aio/core/run/wait-reason';
import type { RunDetail, RunStepDetail } from '@aio/platform/queries/runs/get-run';
import { type Lanes, readLanes } from '@aio/platform/queries/queues/lane-facts';
import { readPausedRuns } from '@aio/platform/queries/workflows/paused-workflows';
import type { RunStep } from '@aio/platform/queries/runs/run-steps';
import {
  leaseWait,
  queueWait,
  readDecidingWaits,
} from '@aio/platform/queries/runs/read-wait-reasons';
import type { HeldBack } from '@aio/platform/queues/work-queues';
import type { StepOutline } from '../../versions.ts';
import type { RouteDeps } from '../route-deps.ts';

type Deps = Pick<RouteDeps, 'pool' | 'queues'>;

/** Reasons why a run and its steps wait. */
export interface RunWaits {
  run: Waiting | null;
  steps: ReadonlyMap<string, Waiting>;
}

/** At most so many ready steps of a run are looked up in Redis for what holds them back. */
const MOST_ASKED = 200;

/** Costs no query if nothing waits, one if a step is ready or only items of maps wait, two if the run is queued. */
export async function readWaits(
  deps: Deps,
  run: RunDetail,
  outline: readonly StepOutline[],
): Promise<RunWaits> {
  const outlineOf = new Map(outline.map((step) => [step.id, step]));
  const lanes = await readLanes(deps.pool, [
    ...(run.status === 'queued' ? [DEFAULT_LANE] : []),
    ...run.steps.flatMap((row) => lanesOf(row, outlineOf.get(row.step))),
  ]);
  const paused = await readPausedRuns(deps.pool, run.status === 'queued' ? [run.id] : []);
  const heldBack = await readHeldBack(deps, run.id, run.steps);
  const steps = new Map<string, Waiting>();
  for (const row of run.steps) {
    const step = outlineOf.get(row.step);
    const wait =
      step === undefined || step.concurrency === null
        ? waitOf(run.id, row, { maxAttempts: step?.maxAttempts ?? 1, lanes, heldBack })
        : waitOfMap(run.id, row, step, lanes);
    if (wait) steps.set(row.step, wait);
  }
  const waits = [leaseWait(run), queueWait(run, lanes, paused), ...steps.values()];
  const decided = decidingWait(waits, run.steps.some(isWorking));
  const ofItems = run.status === 'waiting' && !decided;
  return {
    run: ofItems ? ((await readDecidingWaits(deps.pool, [run.id])).get(run.id) ?? null) : decided,
    steps,
  };
}

/** Why each of these items waits, in their order; null = it does not. */
export async function readItemWaits(
  deps: Deps,
  runId: string,
  items: readonly RunStep[],
  maxAttempts: number,
): Promise<(Waiting | null)[]> {
  const lanes = await readLanes(
    deps.pool,
    items.flatMap((item) => lanesOf({ ...item, itemsByStatus: null }, undefined)),
  );
  const heldBack = await readHeldBack(deps, runId, items);
  return items.map((item) => waitOf(runId, item, { maxAttempts, lanes, heldBack }));
}

function waitOf(
  runId: string,
  row: RunStep,
  {
    maxAttempts,
    lanes,
    heldBack,
  }: { maxAttempts: number; lanes: Lanes; heldBack: ReadonlyMap<string, Waiting> },
): Waiting | null {
  if (row.takeoverAt !== null) return { reason: 'lease', until: row.takeoverAt };
  if (row.status !== 'ready') return waitOfStep({ ...row, maxAttempts });
  const lane = lanes.get(row.lane);
  if (lane === undefined) return null;
  const position = lane.positionOf({ runId, step: row.step, iteration: row.iteration });
  return obstacleIn(lane) ?? heldBack.get(jobOf(runId, row)) ?? waitInLane(lane, position);
}

/** A map waits if its items cannot start. */
function waitOfMap(
  runId: string,
  { step, status, itemsByStatus }: RunStepDetail,
  { itemKind }: StepOutline,
  lanes: Lanes,
): Waiting | null {
  if (status !== 'running') return null;
  const { ready = 0, running = 0 } = itemsByStatus ?? {};
  const lane = ready > 0 ? lanes.get(laneOf(itemKind)) : undefined;
  if (lane === undefined) return null;
  const obstacle = obstacleIn(lane);
  if (obstacle || running > 0) return obstacle;
  return waitInLane(lane, lane.positionOf({ runId, step }));
}

function isWorking({ status, lane, takeoverAt, itemsByStatus }: RunStepDetail): boolean {
  const isExecuted = status === 'running' && lane !== DEFAULT_LANE && takeoverAt === null;
  return isExecuted || (itemsByStatus?.running ?? 0) > 0;
}

/** Lanes in which the step or an item of it is ready. */
function lanesOf(row: RunStepDetail, outline: StepOutline | undefined): string[] {
  const own = row.status === 'ready' && row.lane !== DEFAULT_LANE ? [row.lane] : [];
  const ofItems = row.itemsByStatus?.ready ? laneOf(outline?.itemKind ?? null) : DEFAULT_LANE;
  return ofItems === DEFAULT_LANE ? own : [...own, ofItems];
}

function laneOf(kind: string | null): string {
  return isStepKind(kind) ? stepKind(kind).lane : DEFAULT_LANE;
}

/** Steps that a worker put back, by job id: for the rate limit of their model, or the share of their owner. */
async function readHeldBack(
  { queues }: Pick<Deps, 'queues'>,
  runId: string,
  rows: readonly RunStep[],
): Promise<ReadonlyMap<string, Waiting>> {
  const ready = rows
    .filter(({ status, lane }) => status === 'ready' && lane !== DEFAULT_LANE)
    .slice(0, MOST_ASKED);
  const found = await Promise.all(
    [...Map.groupBy(ready, ({ lane }) => lane)].map(async ([lane, ofLane]) => {
      const jobs = ofLane.map((row) => jobOf(runId, row));
      return [...((await queues.findHeldBack(lane, jobs)) ?? [])].map(
        ([id, held]) => [id, toWaiting(lane, held)] as const,
      );
    }),
  );
  return new Map(found.flat());
}

function toWaiting(lane: string, held: HeldBack): Waiting {
  if (held === 'owner_share') return { reason: 'owner_share', lane };
  return { reason: 'model_rate', model: held.resource, until: held.until };
}

function jobOf(runId: string, { step, iteration, attempt }: RunStep): string {
  return stepJobId({ runId, step, iteration, attempt: attempt + 1 });
}
