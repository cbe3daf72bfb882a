import { createPool, type Pool } from '@aio/platform/postgres/pool';
import { createProbes } from '@aio/platform/probes';
import { createResourceRates } from '@aio/platform/redis/resource-rates';
import { createLiveTextPublisher } from '@aio/platform/queues/live-texts';
import { createChangePublisher } from '@aio/platform/queues/run-changes';
import {
  createWorkQueues,
  type QueueTracing,
  type WorkQueues,
} from '@aio/platform/queues/work-queues';
import { logEvent } from '@aio/runtime/log-event';
import type { Logger } from '@aio/runtime/logger';
import type { Metrics } from '@aio/catalog/metrics/instruments';
import { observeDatabase } from '@aio/runtime/observe-database';
import { withoutTrace } from '@aio/runtime/trace-context';
import type { Tracing } from '@aio/runtime/tracing';
import type { WorkerConfig } from './settings/config.ts';
import { rangeLabel } from './steps/http-addresses.ts';
import { createGuardedAgent, createHttpAgent } from './steps/http-agent.ts';

const POOL_SIZE = 8;

interface ConnectionDeps {
  config: WorkerConfig;
  log: Logger;
  metrics: Metrics<'worker'>;
  tracing: Tracing;
  /** null = jobs are not traced. */
  queueTracing: QueueTracing | null;
}

export type Connections = ReturnType<typeof openConnections>;

/** Creates the clients of all that a worker calls. They connect when they are used. */
export function openConnections(deps: ConnectionDeps) {
  const { config, metrics } = deps;
  const { databaseUrl, databasePooler: pooler, redisUrl, prefix } = config;
  const db = openDatabase(deps);
  const queues = openQueues(deps, db);
  const probes = createProbes({ databaseUrl, pooler, redisUrl, prefix });
  const changes = createChangePublisher({ redisUrl, prefix });
  const liveTexts = createLiveTextPublisher({ redisUrl, prefix });
  const rates = createResourceRates({ redisUrl, prefix, rates: config.modelRates });
  const agent = createHttpAgent();
  const guardedAgent = createGuardedAgent({
    allowed: config.allowedHosts,
    onRefused: (range) => metrics.addressesRefused.inc({ range: rangeLabel(range) }),
  });
  return {
    db,
    queues,
    probes,
    changes,
    liveTexts,
    rates,
    /** Calls addresses that the operator sets. */
    agent,
    /** Calls addresses that a workflow sets. */
    guardedAgent,

    /** Closes everything, the database last. */
    async close(): Promise<void> {
      await Promise.all([
        queues.close(),
        changes.close(),
        liveTexts.close(),
        rates.close(),
        probes.close(),
        agent.close(),
        guardedAgent.close(),
      ]);
      await db.close();
    },
  };
}

function openDatabase({ config, log, metrics, tracing }: ConnectionDeps): Pool {
  return createPool({
    databaseUrl: config.databaseUrl,
    pooler: config.databasePooler,
    max: POOL_SIZE,
    applicationName: 'aio-worker',
    // Otherwise PostgreSQL plans each variant of a commit six times per connection: up to 1.5 ms instead of 0.06.
    planOnce: true,
    observe: observeDatabase({ metrics, tracing }),
    onError: (error) => logEvent(log, 'connectionBroke', { err: error }),
  });
}

function openQueues({ config, log, queueTracing }: ConnectionDeps, db: Pool): WorkQueues {
  return createWorkQueues({
    // The counts serve all jobs sent together, so they belong to no trace.
    db: { query: (query) => withoutTrace(() => db.query(query)) },
    redisUrl: config.redisUrl,
    prefix: config.prefix,
    ...(queueTracing && { tracing: queueTracing }),
    onOutage: (error) => logEvent(log, 'redisAway', { err: error }),
    onRecovery: () => logEvent(log, 'redisBack', {}),
  });
}
