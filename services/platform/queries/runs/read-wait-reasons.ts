import type { RunStatus } from '@aio/core/run/states';
import {
  obstacleIn,
  WAIT_RANKS,
  type Waiting,
  type WaitingStep,
  waitOfStep,
} from '@aio/core/run/wait-reason';
import { DEFAULT_LANE } from '@aio/core/definition/kinds/kind';
import { STEP_LANES } from '@aio/core/run/jobs';
import type { Queryable } from '../../postgres/queryable.ts';
import { type Lanes, readLanes } from '../queues/lane-facts.ts';
import { readPausedRuns } from '../workflows/paused-workflows.ts';
import { IS_BETWEEN_ATTEMPTS, PENDING_APPROVAL } from './run-steps.ts';
import { waitsForOfKind } from '../queues/step-kinds.ts';

/** The columns of a run from which its waits follow. */
export interface OpenRun {
  id: string;
  status: RunStatus;
  /** If its worker is silent: the latest time of a takeover. null = the heartbeat is recent, or it has no worker. */
  takeoverAt: Date | null;
}

/**
 * Reads the waits of the runs in a list, in at most five statements. A finished run has none. A running run only has
 * the waits that stop it: no worker, a paused lane, a silent worker.
 */
export async function readRunWaits(
  db: Queryable,
  runs: readonly OpenRun[],
): Promise<Map<string, Waiting>> {
  const idsOf = (status: RunStatus) =>
    runs.filter((run) => run.status === status).map(({ id }) => id);
  const running = idsOf('running');
  const queued = idsOf('queued');
  const lanes = [
    ...(queued.length > 0 ? [DEFAULT_LANE] : []),
    ...(running.length > 0 ? STEP_LANES : []),
  ];
  const [ofLanes, paused, waiting] = await Promise.all([
    readLanes(db, lanes),
    readPausedRuns(db, queued),
    readDecidingWaits(db, idsOf('waiting')),
  ]);
  const stopped = await readStopped(db, running, ofLanes);
  return new Map(
    runs.flatMap((run) => {
      const wait =
        leaseWait(run) ??
        queueWait(run, ofLanes, paused) ??
        stopped.get(run.id) ??
        waiting.get(run.id);
      return wait ? [[run.id, wait]] : [];
    }),
  );
}

export function leaseWait({ takeoverAt }: OpenRun): Waiting | null {
  return takeoverAt && { reason: 'lease', until: takeoverAt };
}

/**
 * Why a queued run has not started; null = it is not queued.
 * @param paused the runs whose workflow is paused, see `readPausedRuns`
 */
export function queueWait(
  { id, status }: OpenRun,
  lanes: Lanes,
  paused: ReadonlyMap<string, Waiting>,
): Waiting | null {
  const lane = status === 'queued' ? lanes.get(DEFAULT_LANE) : undefined;
  if (lane === undefined) return null;
  return (
    paused.get(id) ?? obstacleIn(lane) ?? { reason: 'queued_run', position: lane.positionOfRun(id) }
  );
}

/** Runs with ready steps in a lane in which nothing starts. */
async function readStopped(
  db: Queryable,
  ids: readonly string[],
  lanes: Lanes,
): Promise<Map<string, Waiting>> {
  const obstacles = new Map(
    [...lanes.values()].flatMap((lane) => {
      const obstacle = lane.lane === DEFAULT_LANE ? null : obstacleIn(lane);
      return obstacle ? [[lane.lane, obstacle]] : [];
    }),
  );
  if (ids.length === 0 || obstacles.size === 0) return new Map();
  const { rows } = await db.query({
    name: 'read-stopped-runs',
    text: `
      select distinct on (run_id) run_id as "runId", lane from steps
      where run_id = any($1::uuid[]) and status = 'ready' and lane = any($2::text[])
      order by run_id, lane`,
    values: [ids, [...obstacles.keys()]],
  });
  return new Map(rows.map(({ runId, lane }) => [runId, obstacles.get(lane)!]));
}

/** For each waiting run, the most important of the waits of its steps and items. */
export async function readDecidingWaits(
  db: Queryable,
  ids: readonly string[],
): Promise<Map<string, Waiting>> {
  if (ids.length === 0) return new Map();
  const { rows } = await db.query({ name: 'read-run-waits', text: READ_WAITS, values: [ids] });
  return new Map(
    (rows as (WaitingStep & { runId: string })[]).flatMap((row) => {
      const wait = waitOfStep(row);
      return wait ? [[row.runId, wait]] : [];
    }),
  );
}

/** SQL: the rank of the reason in a column. */
const rankOf = (column: string) => `array_position('{${WAIT_RANKS.join(',')}}'::text[], ${column})`;

// Reads the definition only for the retries of one step per run.
const READ_WAITS = `
  with step as (
    select distinct on (s.run_id) s.run_id, s.step, s.iteration, s.kind, s.status, s.attempt, s.crashes, s.due_at,
      ${IS_BETWEEN_ATTEMPTS} as between_attempts
    from steps s cross join lateral (
      select case when ${IS_BETWEEN_ATTEMPTS} then 'retry' else ${waitsForOfKind('s.kind')} end as reason
    ) as wait
    where s.run_id = any($1::uuid[]) and s.status = 'waiting'
    order by s.run_id, ${rankOf('wait.reason')}, s.due_at, s.step, s.iteration
  )
  select s.run_id as "runId", s.kind, s.status, s.attempt, s.crashes, s.due_at as "dueAt",
    s.between_attempts as "isBetweenAttempts",
    case when s.between_attempts then coalesce((
      select coalesce(d.step -> 'retry' ->> 'maxAttempts', d.step -> 'step' -> 'retry' ->> 'maxAttempts')::int
      from runs r join workflow_versions v on v.id = r.workflow_version_id
        cross join lateral (select v.definition -> 'steps' -> s.step) as d(step)
      where r.id = s.run_id
    ), 1) else 1 end as "maxAttempts",
    (
      select ${PENDING_APPROVAL} from approvals a
      where a.run_id = s.run_id and a.step = s.step and a.iteration = s.iteration
    ) as approval,
    (
      select json_build_object('name', w.name, 'key', w.key) from event_waits w
      where w.run_id = s.run_id and w.step = s.step and w.iteration = s.iteration
    ) as event,
    (
      select json_build_object('id', c.id, 'status', c.status) from runs c
      where c.parent_run_id = s.run_id and c.parent_step = s.step and c.parent_iteration = s.iteration
      order by c.id desc limit 1
    ) as child
  from step s`;
