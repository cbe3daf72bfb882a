import type { RequestListener } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { isUnavailable } from '@aio/platform/database-error';
import { requireMigrated } from '@aio/platform/migrate';
import { createStoredOutputs } from '@aio/platform/outputs/stored-outputs';
import { createPool, type PoolOptions } from '@aio/platform/pool';
import { requireStatementTimeout } from '@aio/platform/pooler';
import type { Queryable } from '@aio/platform/queryable';
import { createProbes, type Probes } from '@aio/platform/probes';
import { requireSecretsKeys } from '@aio/platform/secrets/keys';
import { createSharedCache } from '@aio/platform/shared-cache';
import { createSlices } from '@aio/platform/slices';
import { receiverOfTraces } from '@aio/platform/telemetry-variables';
import { createTokenBuckets } from '@aio/platform/token-buckets';
import { createAnnouncer } from '@aio/platform/announcer';
import { createChangePublisher, subscribeChanges } from '@aio/platform/run-changes';
import { createWorkQueues } from '@aio/platform/work-queues';
import type { MetricsRegistry } from '@aio/runtime/metrics';
import { observeDatabase } from '@aio/runtime/observe-database';
import { withoutTrace } from '@aio/runtime/trace-context';
import type { QueueTracing } from '@aio/runtime/queue-tracing';
import type { Tracing } from '@aio/runtime/tracing';
import { logEvent } from '@aio/runtime/log-event';
import { createApp } from './app.ts';
import { createBackupWatch } from './backups.ts';
import { startBulkWork } from './bulk-runs.ts';
import { createCertificateWatch } from './certificates.ts';
import { createIdentity } from './auth/create-identity.ts';
import type { ApiConfig } from './config.ts';
import { createFeeds } from './events/create-feeds.ts';
import { collectGauges } from './gauges.ts';
import { capsOf, createAtOnce } from './limits/at-once.ts';
import { createBuckets } from './limits/buckets.ts';
import type { Problem } from './http/problems.ts';
import { startIndexing } from './index-texts.ts';
import type { Log } from './log.ts';
import { createAccessLog } from './middleware/log-access.ts';
import { createMonitoring } from './monitoring/create-monitoring.ts';
import { createReaderOf } from './monitoring/reader.ts';
import { allRoutes } from './routes/all-routes.ts';
import { createReads } from './reads/create-reads.ts';
import type { BrowserTracing, RouteDeps } from './routes/route-deps.ts';
import { createDefinitionReader } from './routes/workflows/definition-reader.ts';
import { createTraceLinks, createTraceUrls } from './trace-links.ts';
import { createTraceReader } from './traces/jaeger.ts';
import { createVersions } from './versions.ts';

export interface ApiDeps {
  config: ApiConfig;
  version: string;
  log: Log;
  registry: MetricsRegistry<'api'>;
  tracing: Tracing;
  /** null = tracing is off: jobs have no spans, runs no links to traces. */
  queueTracing: QueueTracing | null;
  /** null = tracing is off: browsers send no spans. */
  browserTracing: BrowserTracing | null;
}

export interface Api {
  handler: RequestListener;
  /** The server calls it with each problem that it answers to input that is not HTTP. */
  onRefused(problem: Problem): void;
  probes: Pick<Probes, 'check'>;
  /**
   * Checks the schema of the database, and that the API has the keys of all secrets. If the database
   * is down, it repeats the check in the background. Resolves after the first check.
   * @param onMismatch gets the error that says what to do
   */
  checkDatabase(onMismatch: (error: unknown) => void): Promise<void>;
  /** Starts to index runs for the search and to work bulk jobs. */
  startBackgroundWork(): void;
  /** Makes `/ready` answer 503, so that balancers send requests elsewhere. */
  retire(): void;
  /** Ends all event streams. Their clients reconnect to another API. */
  endStreams(): void;
  close(): Promise<void>;
}

/** If the database does not answer, clients get 503 after this time. */
const QUERY_TIMEOUT_MS = 5_000;
const LOOK_AGAIN_MS = 1_000;
/** So many connections are accepted between two slices. */
const TURNS_BETWEEN_SLICES = 200;

/** Creates the API with all its connections. It does not listen yet, and starts even if services are down. */
export function createApi(deps: ApiDeps): Api {
  const { config, log, registry, tracing } = deps;
  const { databaseUrl, databasePooler: pooler, redisUrl, redisCacheUrl, prefix } = config;
  const closing = new AbortController();
  const outages = {
    onOutage: (error: Error) => logEvent(log, 'redisAway', { err: error }),
    onRecovery: () => logEvent(log, 'redisBack', {}),
  };

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
  /** For queries that belong to no request. */
  const backgroundDb: Queryable = { query: (query) => withoutTrace(() => pool.query(query)) };
  const background: { close(): Promise<void> }[] = [];
  const queues = createWorkQueues({
    // About once a second, it counts rows for all senders.
    db: backgroundDb,
    redisUrl,
    prefix,
    ...(deps.queueTracing && { tracing: deps.queueTracing }),
    ...outages,
  });
  const changes = createChangePublisher({ redisUrl, prefix });
  const probes = createProbes({
    databaseUrl,
    pooler,
    redisUrl,
    redisCacheUrl,
    prefix,
    notes: reads.notes,
    diskFullErrors: pool.diskFullErrors,
  });
  let isRetired = false;
  /** Until `checkDatabase` has found the database, so that a rollout stops at a wrong DATABASE_URL. */
  let isStarting = false;
  const readiness: Pick<Probes, 'check'> = {
    async check(required) {
      const found = await probes.check(required);
      const isOut = isRetired || (required === 'process' && isStarting);
      return isOut ? { ...found, status: 'unavailable' } : found;
    },
  };
  const traceUrlOf = createTraceUrls((deps.queueTracing && config.jaegerUiUrl) || null);
  const feeds = createFeeds({ db: pool, log });
  const subscription = subscribeChanges({ redisUrl, prefix, onChange: feeds.runs.hurry });
  const certificates = createCertificateWatch({
    public: config.publicUrl,
    login_service: config.keycloakUrl,
  });
  const backups = createBackupWatch(backgroundDb, config.backupStampFile);
  collectGauges(registry, { pool, queues, probes, certificates, backups });

  const { cacheReads, outputStoreDuration } = registry.metrics;
  const stored = createStoredOutputs({
    ...config,
    onOperation: (operation, outcome, ms) =>
      outputStoreDuration.observe({ operation, outcome }, ms / 1000),
  });
  const cache = createSharedCache({
    redisUrl: redisCacheUrl,
    prefix,
    onRead: (name, found) => cacheReads.inc({ cache: name, found }),
    // `queues` already reports outages of `redisUrl`.
    ...(redisCacheUrl !== redisUrl && outages),
  });
  const definitions = createDefinitionReader();
  const { metrics } = registry;
  const identity = createIdentity({
    config,
    browserTracesRatio: deps.browserTracing?.ratio ?? 0,
    pool,
    log,
    metrics,
  });
  const slices = createSlices({ turnsBetween: TURNS_BETWEEN_SLICES });
  const atOnce = createAtOnce({
    caps: capsOf(config),
    onRefused: (policy) => metrics.rateLimited.inc({ policy }),
  });
  const tokenBuckets = createTokenBuckets({ redisUrl: redisCacheUrl, prefix });
  const buckets = createBuckets({
    shared: tokenBuckets,
    onUnshared: (policy, requests) => metrics.rateLimitUnshared.inc({ policy }, requests),
  });

  const routeDeps: RouteDeps = {
    pool,
    atOnce,
    slices,
    stored,
    readsOf: reads.of,
    queues,
    changes,
    announce: createAnnouncer({ queues, changes }),
    probes: readiness,
    feeds,
    links: createTraceLinks(traceUrlOf),
    traceUrlOf,
    readTrace: config.jaegerQueryUrl ? createTraceReader(config.jaegerQueryUrl) : null,
    receiverOfTraces: receiverOfTraces(config),
    monitoring: createMonitoring(config, {
      cache,
      readerOf: createReaderOf(pool, config.hashOwners),
    }),
    browserTracing: deps.browserTracing,
    sessionTraces: identity.sessionTraces,
    takeSpan: (subject) =>
      config.quotas.spans === null || buckets.take('spans', subject, config.quotas.spans).isAllowed,
    publicUrl: config.publicUrl,
    readVersion: createVersions(pool, {
      read: cache.read,
      onMemoryRead: () => cacheReads.inc({ cache: 'workflow_versions', found: 'memory' }),
    }),
    readDefinition: definitions.read,
    secretsKey: config.secretsKeys[0],
    bulkJobsPerOwner: config.bulkJobsPerOwner,
    log,
    tracing,
    metrics,
    version: deps.version,
    auth: identity.routes,
  };
  const routes = allRoutes(routeDeps);
  const accessLog = createAccessLog({ log, accessLogEnabled: config.accessLogEnabled });
  const app = createApp(routes, {
    ...config,
    log,
    tracing,
    metrics,
    buckets,
    guard: identity.guard,
    atOnce,
    slices,
    sessionTraces: identity.sessionTraces,
    rememberChange: reads.rememberChange,
    accessLog,
  });

  async function checkDatabase(onMismatch: (error: unknown) => void): Promise<void> {
    try {
      await requireMigrated(pool);
      await requireStatementTimeout(pool);
      await requireSecretsKeys(pool, config.secretsKeys);
      isStarting = false;
    } catch (error) {
      if (closing.signal.aborted) return;
      if (!isUnavailable(error)) return onMismatch(error);
      isStarting = true;
      sleep(LOOK_AGAIN_MS, undefined, { signal: closing.signal }).then(
        () => checkDatabase(onMismatch),
        () => undefined,
      );
    }
  }

  return {
    handler: app.callback(),
    onRefused: accessLog.refused,
    probes: readiness,
    checkDatabase,
    retire() {
      isRetired = true;
    },
    endStreams: () => feeds.close(),
    startBackgroundWork() {
      background.push(startIndexing({ db: backgroundDb, log }), startBulkWork(routeDeps));
    },
    async close() {
      closing.abort();
      stored.close();
      feeds.close();
      buckets.close();
      await Promise.all(background.map((work) => work.close()));
      await Promise.all([
        subscription.close(),
        changes.close(),
        identity.close(),
        queues.close(),
        probes.close(),
        reads.close(),
        pool.close(),
        tokenBuckets.close(),
        cache.close(),
        definitions.close(),
      ]);
    },
  };
}
