import type { RequestListener } from 'node:http';
import type { Probes } from '@aio/platform/probes';
import { receiverOfTraces } from '@aio/platform/settings/telemetry-variables';
import { createAnnouncer } from '@aio/platform/queues/announcer';
import { subscribeChanges } from '@aio/platform/queues/run-changes';
import { createApp } from './app.ts';
import { createIdentity } from './auth/create-identity.ts';
import { createFeeds } from './events/create-feeds.ts';
import { createGameDaysController } from './game-days.ts';
import { collectGauges } from './gauges.ts';
import { continueInTurns } from './limits/continue-in-turns.ts';
import { createLimits } from './limits/create-limits.ts';
import { createMonitoring } from './monitoring/create-monitoring.ts';
import { openStores, type StoresDeps } from './open-stores.ts';
import { type ApiReadiness, createReadiness } from './readiness.ts';
import { allRoutes } from './routes/all-routes.ts';
import type { RouteDeps } from './routes/route-deps.ts';
import { createDefinitionReader } from './routes/workflows/definition-reader.ts';
import { createTraceLinks, createTraceUrls } from './trace-links.ts';
import { createTraceReader } from './traces/jaeger.ts';
import { createVersions } from './versions.ts';

export interface ApiDeps extends StoresDeps, Pick<RouteDeps, 'browserTracesRatio'> {
  version: string;
}

export interface Api extends Pick<ApiReadiness, 'checkDatabase' | 'retire'> {
  handler: RequestListener;
  probes: Pick<Probes, 'check' | 'requirable'>;
  /** Ends all event streams. Their clients reconnect to another API. */
  endStreams(): void;
  close(): Promise<void>;
}

/** Creates the API with all its connections. It does not listen yet, and starts even if services are down. */
export function createApi(deps: ApiDeps): Api {
  const { config, log, registry, tracing } = deps;
  const { redisUrl, prefix, secretsKeys } = config;
  const { metrics } = registry;
  const stores = openStores(deps);
  const { pool, reads, queues, changes, probes } = stores;
  const readiness = createReadiness({ pool, probes, secretsKeys });
  const { buckets, atOnce, slices, ...limits } = createLimits(config, metrics);
  const traceUrlOf = createTraceUrls((deps.queueTracing && config.jaegerUiUrl) || null);
  const feeds = createFeeds({ db: pool, texts: stores.texts, log });
  const subscription = subscribeChanges({ redisUrl, prefix, onChange: feeds.runs.hurry });
  const definitions = createDefinitionReader();
  const identity = createIdentity({ config, pool, log, metrics });
  collectGauges(registry, stores);

  const routeDeps: RouteDeps = {
    pool: continueInTurns(pool, slices),
    atOnce,
    slices,
    readsOf: async (principal) => continueInTurns(await reads.of(principal), slices),
    queues,
    changes,
    announce: createAnnouncer({ queues, changes }),
    probes: readiness,
    feeds,
    links: createTraceLinks(traceUrlOf),
    traceUrlOf,
    readTrace: config.jaegerQueryUrl ? createTraceReader(config.jaegerQueryUrl) : null,
    receiverOfTraces: receiverOfTraces(config),
    monitoring: createMonitoring(config),
    gameDays: createGameDaysController(config),
    browserTracesRatio: deps.browserTracesRatio,
    readVersion: createVersions(pool),
    readDefinition: definitions.read,
    secretsKey: secretsKeys[0],
    log,
    tracing,
    metrics,
    version: deps.version,
    auth: identity.routes,
  };
  const routes = allRoutes(routeDeps);
  const app = createApp(routes, {
    ...config,
    log,
    tracing,
    metrics,
    buckets,
    guard: identity.guard,
    atOnce,
    slices,
    rememberChange: reads.rememberChange,
  });

  return {
    handler: app.callback(),
    probes: readiness,
    checkDatabase: readiness.checkDatabase,
    retire: readiness.retire,
    endStreams: () => feeds.close(),
    async close() {
      readiness.close();
      feeds.close();
      await Promise.all([
        subscription.close(),
        identity.close(),
        definitions.close(),
        limits.close(),
        stores.close(),
      ]);
    },
  };
}
