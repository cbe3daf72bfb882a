import { DEFAULT_LANE } from '@aio/core/definition/kinds/kind';
import { STEP_KINDS } from '@aio/core/definition/kinds/registry';
import { type LaneFacts, MOST_AHEAD } from '@aio/core/run/wait-reason';
import type { Queryable } from '../../postgres/queryable.ts';
import { IS_OF_PAUSED_WORKFLOW } from '../workflows/paused-workflows.ts';
import { IS_SERVING } from './served-kinds.ts';

/** A lane, and positions in its backlog. */
export interface Lane extends LaneFacts {
  /**
   * How many steps became ready before this one, at most `MOST_AHEAD`. Without `iteration`: the first item of a map.
   */
  positionOf(step: { runId: string; step: string; iteration?: number }): number;
  /**
   * How many runs were accepted before this one, at most `MOST_AHEAD`, without runs of paused workflows. Only for
   * `default`.
   */
  positionOfRun(runId: string): number;
}

export type Lanes = ReadonlyMap<string, Lane>;

/** How many of the oldest queued runs it reads, since many may belong to paused workflows. */
const MOST_SEEN = 10_000;
const KINDS = Object.values(STEP_KINDS);

/**
 * The current state of these lanes. It reads the first hundred of each backlog in one index scan, whatever its length.
 */
export async function readLanes(db: Queryable, names: Iterable<string>): Promise<Lanes> {
  const lanes = [...new Set(names)];
  if (lanes.length === 0) return new Map();
  const { rows } = await db.query({
    name: 'read-lanes',
    text: READ_LANES,
    values: [lanes, KINDS.map(({ lane }) => lane), KINDS.map(({ kind }) => kind)],
  });
  return new Map((rows as LaneRow[]).map((row) => [row.lane, toLane(row)]));
}

interface LaneRow extends Omit<LaneFacts, 'paused'> {
  pausedAt: Date | null;
  pausedBy: string | null;
  pauseReason: string | null;
  /** The first of the backlog: `run`, or `run/step/iteration`. */
  first: string[];
}

function toLane({ first, pausedAt, pausedBy, pauseReason, ...facts }: LaneRow): Lane {
  const positions = new Map<string, number>();
  // Backwards, so that a map gets the position of its first item.
  for (const [index, name] of [...first.entries()].toReversed()) {
    positions.set(name, index);
    positions.set(name.slice(0, name.lastIndexOf('/')), index);
  }
  const rest = first.length;
  return {
    ...facts,
    paused: pausedAt && { by: pausedBy, since: pausedAt, pauseReason },
    positionOf: ({ runId, step, iteration }) =>
      positions.get(`${runId}/${step}${iteration === undefined ? '' : `/${iteration}`}`) ?? rest,
    positionOfRun: (runId) => positions.get(runId) ?? rest,
  };
}

// The audit log says who paused a lane: the same transaction wrote the entry.
const READ_LANES = `
  select l.lane, w.workers, w.slots, w.busy, p.paused_at as "pausedAt", p.pause_reason as "pauseReason",
    (
      select a.name from audit_log a
      where a.target = 'queues/' || l.lane and a.action = 'pauseQueue' and a.at = p.paused_at
      limit 1
    ) as "pausedBy",
    case when l.lane = '${DEFAULT_LANE}' then array(
      select id::text from (
        select id, workflow_id from runs where status = 'queued' and finished_at is null order by id limit ${MOST_SEEN}
      ) r
      where not ${IS_OF_PAUSED_WORKFLOW} order by id limit ${MOST_AHEAD}
    ) else array(
      select run_id || '/' || step || '/' || iteration from steps where status = 'ready' and lane = l.lane
      order by ready_at limit ${MOST_AHEAD}
    ) end as first
  from unnest($1::text[]) as l(lane)
    left join lanes p on p.name = l.lane and p.paused_at is not null
    cross join lateral (
      select count(*)::int as workers, coalesce(sum((w.lanes ->> l.lane)::int), 0)::int as slots,
        coalesce(sum((
          select count(*) from steps s
          where s.worker_id = w.id and s.status = 'running' and s.attempt_ended_at is null and s.lane = l.lane
        )), 0)::int as busy
      from workers w
      where ${IS_SERVING} and (
        l.lane = '${DEFAULT_LANE}'
        or w.kinds && array(select kind from unnest($2::text[], $3::text[]) as k(lane, kind) where k.lane = l.lane)
      )
    ) as w`;
