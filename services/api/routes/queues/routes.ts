import type { Static } from 'typebox';
import { AioError } from '@aio/core/errors';
import { countJobRows } from '@aio/platform/queries/queues/count-job-rows';
import {
  type LaneDepth,
  pauseLane,
  readLaneDepths,
  readPausedLanes,
  resumeLane,
} from '@aio/platform/queries/queues/lanes';
import { type Lane, readLanes } from '@aio/platform/queries/queues/lane-facts';
import { writeAudit } from '@aio/platform/queries/audit-log';
import { inTransaction } from '@aio/platform/postgres/transaction';
import type { JobCounts } from '@aio/platform/queues/work-queues';
import { PauseBody } from '../../http/common-schema.ts';
import { defineRoute, jsonBody, type Route, SMALL } from '../../http/define-route.ts';
import { isoTime } from '../../http/iso-time.ts';
import { json, reply } from '../../http/reply.ts';
import type { RouteDeps } from '../route-deps.ts';
import { QueueList, QueueParams, QueueSchema } from './schema.ts';

type PresentedQueue = Static<typeof QueueSchema>;

export function queueRoutes({ pool, queues }: Pick<RouteDeps, 'pool' | 'queues'>): Route[] {
  const list = defineRoute({
    id: 'listQueues',
    tag: 'queues',
    summary: 'List queues with their waiting and running work',
    method: 'GET',
    atMost: SMALL,
    path: '/api/v1/queues',
    responses: { 200: json('The queues', QueueList) },
    handler: async () => reply(200, await readQueues()),
  });

  const pause = defineRoute({
    id: 'pauseQueue',
    tag: 'queues',
    summary: 'Pause a queue',
    description:
      'Workers claim no more runs (`default`) or start no more steps of the lane. Started work continues. ' +
      'If the queue is already paused, nothing changes.',
    method: 'POST',
    path: '/api/v1/queues/{name}/pause',
    params: QueueParams,
    body: jsonBody(PauseBody, { required: false }),
    responses: { 200: json('The queue', QueueSchema) },
    async handler({ params: { name }, body: { reason }, actor }) {
      await requireQueue(name);
      await inTransaction(pool, async (db) => {
        await pauseLane(db, name, reason);
        const details = reason === undefined ? undefined : { reason };
        await writeAudit(db, actor, { target: `queues/${name}`, ...(details && { details }) });
      });
      await queues.pauseOnly(await readPausedLanes(pool));
      return reply(200, await requireQueue(name));
    },
  });

  const resume = defineRoute({
    id: 'resumeQueue',
    tag: 'queues',
    summary: 'Resume a queue',
    method: 'POST',
    path: '/api/v1/queues/{name}/resume',
    params: QueueParams,
    responses: { 200: json('The queue', QueueSchema) },
    async handler({ params: { name }, actor }) {
      await requireQueue(name);
      await inTransaction(pool, async (db) => {
        await resumeLane(db, name);
        await writeAudit(db, actor, { target: `queues/${name}` });
      });
      await queues.pauseOnly(await readPausedLanes(pool));
      return reply(200, await requireQueue(name));
    },
  });

  async function readQueues(): Promise<PresentedQueue[]> {
    const [depths, rows, jobs] = await Promise.all([
      readLaneDepths(pool),
      countJobRows(pool),
      queues.counts(),
    ]);
    const lanes = await readLanes(
      pool,
      depths.map(({ name }) => name),
    );
    return depths.map((depth) => {
      const ofLane = rows.find(({ lane }) => lane === depth.name);
      return presentQueue(
        depth,
        lanes.get(depth.name)!,
        ofLane?.expectedWaitSeconds ?? null,
        jobs?.get(depth.name) ?? null,
      );
    });
  }

  async function requireQueue(name: string): Promise<PresentedQueue> {
    const queue = (await readQueues()).find((one) => one.name === name);
    if (queue === undefined) throw new AioError('not_found', `There is no queue ${name}.`);
    return queue;
  }

  return [list, pause, resume];
}

function presentQueue(
  depth: LaneDepth,
  lane: Lane,
  expectedWaitSeconds: number | null,
  jobs: JobCounts | null,
): PresentedQueue {
  const { paused } = lane;
  return {
    name: depth.name,
    workers: depth.workers,
    slots: lane.slots,
    slotsUsed: lane.busy,
    readySteps: depth.readySteps,
    queuedRuns: depth.queuedRuns,
    runningRuns: depth.runningRuns,
    oldestReadyAgeSeconds: depth.oldestAgeSeconds,
    expectedWaitSeconds,
    jobs,
    paused: paused !== null,
    pause: paused && { by: paused.by, since: isoTime(paused.since), reason: paused.pauseReason },
  };
}
