import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRedactor } from '@aio/core/text/redact';
import { passwordsOf } from '@aio/platform/settings/config';
import { exitWith } from '@aio/platform/exit-with';
import { requireNoEviction } from '@aio/platform/redis/redis';
import { redisServerOf } from '@aio/platform/redis/redis-url';
import { telemetrySecrets, telemetrySettings } from '@aio/platform/settings/telemetry-variables';
import { createLogger } from '@aio/runtime/logger';
import { createMetrics } from '@aio/runtime/metrics';
import { startMetricsServer } from '@aio/http/metrics-server';
import { instrumentLibraries } from '@aio/runtime/stock-instrumentation';
import { startTelemetry } from '@aio/runtime/telemetry';
import { shareOfNewTraces } from '@aio/catalog/metrics/samplers';
import { RUN_QUEUE } from '@aio/core/run/jobs';
import { createQueueTracing } from '@aio/runtime/queue-tracing';
import { createTracing, NO_TRACING } from '@aio/runtime/tracing';
import { logEvent } from '@aio/runtime/log-event';
import { readApiConfig, type ApiConfig } from './config.ts';
import manifest from './package.json' with { type: 'json' };

/** After SIGTERM, requests in flight get this time to finish. */
const GRACE_MS = 10_000;
/** The process exits at most this long after SIGTERM, unless Node.js hangs in the exit (nodejs/node#54918). */
const EXIT_DEADLINE_MS = 24_000;

async function main(config: ApiConfig): Promise<void> {
  // Instrumentation works only on libraries that load after it, so the imports above must not load them.
  await instrumentLibraries(process.env.OTEL_NODE_ENABLED_INSTRUMENTATIONS);
  const [{ createApi }, { startServer }] = await Promise.all([
    import('./create-api.ts'),
    import('./server.ts'),
  ]);
  const { version } = manifest;
  const redact = createRedactor([
    ...passwordsOf(config),
    ...telemetrySecrets(config),
    config.oidcClientSecret,
    config.profilingToken,
    config.gameDaysToken,
  ]).text;
  const log = createLogger({ service: 'aio-api', level: config.logLevel, redact });
  const telemetrySetup = telemetrySettings(config, {
    serviceName: 'aio-api',
    version,
    serviceInstanceId: randomUUID(),
  });
  const registry = createMetrics({
    process: 'api',
    enabled: config.metricsEnabled,
    defaults: true,
    version,
    revision: config.revision,
    hashOwners: config.hashOwners,
    parts: {
      'read replica': config.databaseReadUrl !== '',
      collector: [telemetrySetup.tracesUrl, telemetrySetup.logsUrl].some(
        (url) => url !== undefined,
      ),
    },
  });
  registry.metrics.publicUrl.set({ address: config.publicUrl }, 1);
  const isTracing = telemetrySetup.tracesUrl !== undefined;
  const telemetry = await startTelemetry(telemetrySetup, { log, counters: registry.metrics });
  const tracing = isTracing ? createTracing('@aio/api', version) : NO_TRACING;
  const api = createApi({
    config,
    version,
    log,
    registry,
    tracing,
    queueTracing: isTracing
      ? createQueueTracing({
          scope: '@aio/api',
          version,
          runQueue: RUN_QUEUE,
          server: redisServerOf(config.redisUrl),
        })
      : null,
    browserTracesRatio: isTracing
      ? shareOfNewTraces(telemetrySetup.sampler, telemetrySetup.samplerRatio)
      : null,
  });
  await requireNoEviction(config.redisUrl);
  await api.checkDatabase(exitWith);
  const onDropped = () => registry.metrics.httpConnectionsDropped.inc();
  const server = await startServer(api.handler, { ...config, onDropped });
  const metricsServer = await startMetricsServer({
    host: config.host,
    port: config.metricsPort,
    scrape: registry.scrape,
    profilingToken: config.profilingToken,
    health: () => ({ status: 'ok' }),
    requirable: api.probes.requirable,
    ready: async (required) => {
      const body = await api.probes.check(required);
      return { ok: body.status === 'ok', body };
    },
  });
  const ports = { port: server.port, metrics_port: metricsServer.port };
  logEvent(log, 'processReady', ports, { message: 'API ready' });

  async function stop(signal: string): Promise<void> {
    logEvent(log, 'processStops', { signal }, { message: 'API stops' });
    setTimeout(() => process.exit(1), EXIT_DEADLINE_MS).unref();
    api.retire();
    server.retire();
    await sleep(config.shutdownDelayMs);
    api.endStreams();
    await server.close(GRACE_MS);
    await api.close();
    await metricsServer.close();
    logEvent(log, 'processStopped', {}, { message: 'API stopped' });
    // Last, because it exports the line above.
    await telemetry.shutdown();
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => void stop(signal).then(() => process.exit(), exitWith));
  }
}

try {
  await main(readApiConfig(process.env));
} catch (error) {
  exitWith(error);
}
