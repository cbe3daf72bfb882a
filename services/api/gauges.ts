import type { Pool } from '@aio/platform/postgres/pool';
import type { Component, Probes } from '@aio/platform/probes';
import { countJobRows } from '@aio/platform/queries/queues/count-job-rows';
import { countWaiting, type WaitingOf } from '@aio/platform/queries/queues/count-waiting';
import { readLaneDepths } from '@aio/platform/queries/queues/lanes';
import { countStuckRuns } from '@aio/platform/queries/queues/stuck-runs';
import { countLostWorkers } from '@aio/platform/queries/queues/workers';
import type { WorkQueues } from '@aio/platform/queues/work-queues';
import type { MetricsRegistry } from '@aio/runtime/metrics';
import { type Change, CHANGES } from '@aio/catalog/metrics/labels';
import { readLastChanges } from '@aio/platform/queries/runs/last-changes';
import type { Queryable } from '@aio/platform/postgres/queryable';

/** Registers gauges that each scrape reads from other services. If a service is down, its gauges are absent. */
export function collectGauges(
  registry: MetricsRegistry<'api'>,
  deps: {
    pool: Pool;
    queues: Pick<WorkQueues, 'counts'>;
    probes: Pick<Probes, 'check'>;
  },
): void {
  registry.collect(['databasePoolConnections', 'databasePoolLimit', 'databasePoolWaiting'], () => {
    const { active, idle, waiting, most } = deps.pool.connections();
    return {
      databasePoolConnections: [
        { labels: { state: 'active' }, value: active },
        { labels: { state: 'idle' }, value: idle },
      ],
      databasePoolLimit: [{ labels: {}, value: most }],
      databasePoolWaiting: [{ labels: {}, value: waiting }],
    };
  });

  registry.collect(['dependencyUp'], async () => {
    const { components } = await deps.probes.check();
    return {
      dependencyUp: Object.entries(components).map(([dependency, status]) => ({
        labels: { dependency: dependency as Component },
        value: status === 'ok' ? 1 : 0,
      })),
    };
  });

  registry.collect(['workersLost'], async () => ({
    workersLost: [{ labels: {}, value: await countLostWorkers(deps.pool) }],
  }));

  registry.collect(['lastChange'], async () => ({
    lastChange: await collectLastChanges(deps.pool),
  }));

  registry.collect(['stuckRuns'], async () => {
    const { unclaimed, leaseExpired, overdue } = await countStuckRuns(deps.pool);
    return {
      stuckRuns: [
        { labels: { reason: 'unclaimed' }, value: unclaimed },
        { labels: { reason: 'lease_expired' }, value: leaseExpired },
        { labels: { reason: 'overdue' }, value: overdue },
      ],
    };
  });

  collectQueueGauges(registry, deps);
}

function collectQueueGauges(
  registry: MetricsRegistry<'api'>,
  deps: { pool: Pool; queues: Pick<WorkQueues, 'counts'> },
): void {
  registry.collect(['queueDepth', 'queueOldestAge', 'activeRuns'], async () => {
    const queues = await readLaneDepths(deps.pool);
    const sum = (of: (queue: (typeof queues)[number]) => number) =>
      queues.reduce((total, queue) => total + of(queue), 0);
    return {
      queueDepth: queues.flatMap(({ name: queue, readySteps, queuedRuns }) => [
        { labels: { queue, state: 'ready_steps' as const }, value: readySteps },
        { labels: { queue, state: 'queued_runs' as const }, value: queuedRuns },
      ]),
      queueOldestAge: queues.map(({ name: queue, oldestAgeSeconds }) => ({
        labels: { queue },
        value: oldestAgeSeconds,
      })),
      activeRuns: [
        { labels: { state: 'running' }, value: sum((queue) => queue.runningRuns) },
        { labels: { state: 'waiting' }, value: sum((queue) => queue.waitingRuns) },
      ],
    };
  });

  registry.collect(['queueWaiting', 'ownerWaiting', 'ownerOldestAge'], async () => {
    const waiting = await countWaiting(deps.pool);
    return {
      queueWaiting: waiting.flatMap((of) => {
        const { workflow } = of;
        return workflow === null ? [] : readWaiting({ workflow }, of);
      }),
      ownerWaiting: waiting.flatMap((of) => {
        const { owner } = of;
        return owner === null ? [] : readWaiting({ owner }, of);
      }),
      ownerOldestAge: waiting.flatMap(({ owner, oldestAgeSeconds: value }) =>
        owner === null ? [] : [{ labels: { owner }, value }],
      ),
    };
  });

  registry.collect(['queueJobs'], async () => {
    const counts = await deps.queues.counts();
    if (counts === null) throw new Error('Redis did not answer');
    const states = ['waiting', 'active', 'delayed', 'failed'] as const;
    return {
      queueJobs: [...counts].flatMap(([queue, jobs]) =>
        states.map((state) => ({ labels: { queue, state }, value: jobs[state] })),
      ),
    };
  });

  registry.collect(['queueRows', 'queueStarts', 'queueExpectedWait'], async () => {
    const rows = await countJobRows(deps.pool);
    return {
      queueRows: rows.flatMap(({ lane: queue, waiting, active }) => [
        { labels: { queue, state: 'waiting' as const }, value: waiting },
        { labels: { queue, state: 'active' as const }, value: active },
      ]),
      queueStarts: rows.map(({ lane: queue, begun: value }) => ({ labels: { queue }, value })),
      queueExpectedWait: rows.flatMap(({ lane: queue, expectedWaitSeconds: value }) =>
        value === null ? [] : [{ labels: { queue }, value }],
      ),
    };
  });
}

function readWaiting<L extends object>(labels: L, { queuedRuns, readySteps }: WaitingOf) {
  return [
    { labels: { ...labels, state: 'queued_runs' as const }, value: queuedRuns },
    { labels: { ...labels, state: 'ready_steps' as const }, value: readySteps },
  ];
}

/** The operation that makes each change, as the audit log names it. */
export const OPERATIONS: Readonly<Record<Change, string>> = {
  workflow_version: 'createWorkflowVersion',
  workflow_published: 'publishVersion',
  workflow_paused: 'pauseWorkflow',
  workflow_resumed: 'resumeWorkflow',
  lane_paused: 'pauseQueue',
  lane_resumed: 'resumeQueue',
  secret_set: 'putSecret',
  secret_deleted: 'deleteSecret',
};

/** Time of the last change of each kind, in seconds since 1970; 0 = never. */
async function collectLastChanges(
  db: Queryable,
): Promise<{ labels: { change: Change }; value: number }[]> {
  const at = await readLastChanges(db, Object.values(OPERATIONS));
  return CHANGES.map((change) => ({
    labels: { change },
    value: at.get(OPERATIONS[change]) ?? 0,
  }));
}
