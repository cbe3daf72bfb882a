import { RUN_QUEUE } from '@aio/core/run/jobs';
import { createQueueTracing } from '@aio/runtime/queue-tracing';
import { createTracing, NO_TRACING } from '@aio/runtime/tracing';
import { createLogger } from '@aio/runtime/logger';
import { createMetrics } from '@aio/runtime/metrics';
import { startMetricsServer } from '@aio/http/metrics-server';
import { instrumentLibraries } from '@aio/runtime/stock-instrumentation';
import { startTelemetry } from '@aio/runtime/telemetry';
import { createRedactor } from '@aio/core/text/redact';
import { redisServerOf } from '@aio/platform/redis/redis-url';
import { passwordsOf } from '@aio/platform/settings/config';
import { exitWith } from '@aio/platform/exit-with';
import { telemetrySecrets, telemetrySettings } from '@aio/platform/settings/telemetry-variables';
import { logEvent } from '@aio/runtime/log-event';
import { v7 as uuidv7 } from 'uuid';
import manifest from './package.json' with { type: 'json' };
import type { WorkerConfig } from './settings/config.ts';
import { readWorkerConfig } from './settings/config.ts';

/** The process exits at most this long after SIGTERM, unless Node.js hangs in the exit (nodejs/node#54918). */
const EXIT_DEADLINE_MS = 24_000;

async function main(config: WorkerConfig): Promise<void> {
  // Instrumentation works while a library loads, so no import above may load an instrumented library.
  await instrumentLibraries(process.env.OTEL_NODE_ENABLED_INSTRUMENTATIONS);
  const { createWorker } = await import('./worker.ts');
  const id = uuidv7();
  const { version } = manifest;
  const secrets = [
    config.openaiApiKey,
    config.anthropicApiKey,
    ...passwordsOf(config),
    ...telemetrySecrets(config),
    config.profilingToken,
  ];
  const redact = createRedactor(secrets).text;
  const log = createLogger({ service: 'aio-worker', level: config.logLevel, redact });
  const telemetrySetup = telemetrySettings(config, {
    serviceName: 'aio-worker',
    version,
    serviceInstanceId: id,
  });
  const registry = createMetrics({
    process: 'worker',
    enabled: config.metricsEnabled,
    defaults: true,
    version,
    revision: config.revision,
    hashOwners: config.hashOwners,
    parts: {
      'read replica': false,
      collector: [telemetrySetup.tracesUrl, telemetrySetup.logsUrl].some(
        (url) => url !== undefined,
      ),
    },
  });
  const isTracing = telemetrySetup.tracesUrl !== undefined;
  const telemetry = await startTelemetry(telemetrySetup, { log, counters: registry.metrics });
  const worker = createWorker({
    id,
    version,
    config,
    log,
    registry,
    tracing: isTracing ? createTracing('@aio/worker', version) : NO_TRACING,
    queueTracing: isTracing
      ? createQueueTracing({
          scope: '@aio/worker',
          version,
          runQueue: RUN_QUEUE,
          server: redisServerOf(config.redisUrl),
        })
      : null,
  });
  const server = await startMetricsServer({
    host: config.host,
    port: config.metricsPort,
    scrape: registry.scrape,
    profilingToken: config.profilingToken,
    health: () => ({ status: 'ok' }),
    requirable: worker.probes.requirable,
    ready: async (required) => {
      const body = await worker.probes.check(required);
      return { ok: body.status === 'ok', body };
    },
  });
  await worker.start();
  const lanes = Object.fromEntries(config.lanes);
  const ready = { worker_id: id, metrics_port: server.port, lanes };
  logEvent(log, 'processReady', ready, { message: 'Worker ready' });

  async function stop(signal: string): Promise<void> {
    logEvent(log, 'processStops', { signal }, { message: 'Worker is stopping' });
    setTimeout(() => process.exit(1), EXIT_DEADLINE_MS).unref();
    await worker.stop();
    await server.close();
    logEvent(log, 'processStopped', {}, { message: 'Worker stopped' });
    // Last, because it exports the line above.
    await telemetry.shutdown();
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => void stop(signal).then(() => process.exit(), exitWith));
  }
}

try {
  await main(readWorkerConfig(process.env));
} catch (error) {
  exitWith(error);
}
