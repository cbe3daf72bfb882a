import { createPool, type PoolOptions } from '@aio/platform/postgres/pool';
import { createProbes } from '@aio/platform/probes';
import { createLiveTextSubscriber } from '@aio/platform/queues/live-texts';
import { createChangePublisher } from '@aio/platform/queues/run-changes';
import { createWorkQueues } from '@aio/platform/queues/work-queues';
import type { OutageListeners } from '@aio/platform/redis/redis';
import { logEvent } from '@aio/runtime/log-event';
import type { MetricsRegistry } from '@aio/runtime/metrics';
import { observeDatabase } from '@aio/runtime/observe-database';
import type { QueueTracing } from '@aio/runtime/queue-tracing';
import { withoutTrace } from '@aio/runtime/trace-context';
import type { Tracing } from '@aio/runtime/tracing';
import type { ApiConfig } from './config.ts';
import type { Log } from './log.ts';
import { createReads } from './reads/create-reads.ts';

export interface StoresDeps {
  config: ApiConfig;
  log: Log;
  registry: MetricsRegistry<'api'>;
  tracing: Tracing;
  /** null = tracing is off: jobs have no spans, runs no links to traces. */
  queueTracing: QueueTracing | null;
}

/** If the database does not answer, clients get 503 after this time. */
const QUERY_TIMEOUT_MS = 5_000;

/** Opens the API's connections to PostgreSQL and Redis, which may be down. */
export function openStores({ config, log, registry, tracing, queueTracing }: StoresDeps) {
  const { databaseUrl, databasePooler: pooler, redisUrl, redisCacheUrl, prefix } = config;
  const poolOptions: PoolOptions = {
    databaseUrl,
    pooler,
    applicationName: 'aio-api',
    max: 20,
    statementTimeoutMs: QUERY_TIMEOUT_MS - 1_000,
    queryTimeoutMs: QUERY_TIMEOUT_MS,
    observe: observeDatabase({ metrics: registry.metrics, tracing }),
    onError: (error) => logEvent(log, 'connectionBroke', { err: error }),
  };
  const pool = createPool(poolOptions);
  const reads = createReads({ config, pool, poolOptions, registry, log });
  const queues = createWorkQueues({
    // About once a second, it counts rows for all senders.
    db: { query: (query) => withoutTrace(() => pool.query(query)) },
    redisUrl,
    prefix,
    ...(queueTracing && { tracing: queueTracing }),
    ...outagesIn(log),
  });
  const changes = createChangePublisher({ redisUrl, prefix });
  const texts = createLiveTextSubscriber({ redisUrl, prefix });
  const probes = createProbes({
    databaseUrl,
    pooler,
    redisUrl,
    redisCacheUrl,
    prefix,
    notes: reads.notes,
    diskFullErrors: pool.diskFullErrors,
  });

  return {
    pool,
    reads,
    queues,
    changes,
    texts,
    probes,
    async close() {
      await Promise.all([
        changes.close(),
        texts.close(),
        queues.close(),
        probes.close(),
        reads.close(),
        pool.close(),
      ]);
    },
  };
}

/** Logs the outages of a Redis, once each. */
export function outagesIn(log: Log): OutageListeners {
  return {
    onOutage: (error) => logEvent(log, 'redisAway', { err: error }),
    onRecovery: () => logEvent(log, 'redisBack', {}),
  };
}
