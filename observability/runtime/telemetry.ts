import { context, logs, propagation, trace } from '@opentelemetry/api';
import type { LogOf } from '@aio/catalog/log-events';
import type { SamplerName } from '@aio/catalog/samplers';
import { STABLE } from '@aio/catalog/semantic-conventions';
import type { CountedExportConfig, ExportCounters, OnBatch } from './counted-export.ts';
import type { ForeignSpan } from './foreign-spans.ts';
import { logEvent } from './log-event.ts';
import { idGenerator } from './span-ids.ts';

export interface TelemetryConfig {
  serviceName: string;
  serviceVersion: string;
  /** One per process, e.g. the worker's id. */
  serviceInstanceId: string;
  /** `deployment.environment.name`, e.g. `production`; default: none. */
  environment?: string;
  /** Where spans go, `/v1/traces` included; absent = every span is a no-op. */
  tracesUrl?: string | undefined;
  /** Where log records go, `/v1/logs` included; absent = they are on standard output alone. */
  logsUrl?: string | undefined;
  sampler: SamplerName;
  /** 0 to 1; read by the `ratio` samplers. */
  samplerRatio: number;
  export?: Partial<CountedExportConfig>;
}

export interface TelemetryDeps {
  counters: ExportCounters;
  log: LogOf<'info' | 'warn'>;
}

export interface Telemetry {
  /**
   * A way for spans that another program has made: they wait, leave and are counted as those of this process, under
   * the name of the other's service. null = nothing is exported.
   */
  exportAs(serviceName: string): ((spans: readonly ForeignSpan[]) => void) | null;
  /**
   * Delivers what is left and stops. Never throws, never takes longer than `deadlineMs`
   * (default 3000); `lost` = spans and log records given up at the deadline.
   */
  shutdown(deadlineMs?: number): Promise<{ lost: number }>;
}

/**
 * 32,768 ended spans are some 25 MB: what a silent collector may cost. One batch is on its way at a time, and takes
 * several turns of a busy loop: with turns of 10 ms, batches of 2,048 deliver 10,000 spans a second.
 */
const SPAN_EXPORT: CountedExportConfig = {
  queueSize: 32_768,
  batchSize: 2048,
  delayMs: 1000,
  timeoutMs: 5000,
};

/** Fewer than spans: a record may hold a stack. */
const LOG_EXPORT: CountedExportConfig = {
  queueSize: 8192,
  batchSize: 1024,
  delayMs: 1000,
  timeoutMs: 5000,
};

/** A fan-in of 1,000 has 1,000 links to its parents; the SDK's own limit is 128. */
const LINKS_PER_SPAN = 1024;

/**
 * Starts the export of spans and log records in this process, before the first `createTracing`. A collector that is
 * away, slow or silent costs spans and records, which are counted, and nothing else. Without a URL nothing is loaded.
 */
export async function startTelemetry(
  config: TelemetryConfig,
  deps: TelemetryDeps,
): Promise<Telemetry> {
  const { tracesUrl, logsUrl } = config;
  if (tracesUrl === undefined && logsUrl === undefined)
    return { exportAs: () => null, shutdown: async () => ({ lost: 0 }) };

  // Loaded only here: the SDK brings all of its exporters along.
  const [
    { NodeSDK },
    { OTLPTraceExporter },
    resources,
    { OTLPLogExporter },
    { createCountedSpanExport, createCountedLogExport },
    { createSampler },
    { toReadableSpan },
  ] = await Promise.all([
    import('@opentelemetry/sdk-node'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
    import('@opentelemetry/exporter-logs-otlp-http'),
    import('./counted-export.ts'),
    import('./sampler.ts'),
    import('./foreign-spans.ts'),
  ]);

  const spanConfig = { ...SPAN_EXPORT, ...config.export };
  const spans =
    tracesUrl === undefined
      ? null
      : createCountedSpanExport(
          new OTLPTraceExporter({ url: tracesUrl, timeoutMillis: spanConfig.timeoutMs }),
          deps.counters,
          spanConfig,
          reportChanges('trace', tracesUrl, deps.log),
        );
  const logConfig = { ...LOG_EXPORT, ...config.export };
  const records =
    logsUrl === undefined
      ? null
      : createCountedLogExport(
          new OTLPLogExporter({ url: logsUrl, timeoutMillis: logConfig.timeoutMs }),
          deps.counters,
          logConfig,
          reportChanges('log', logsUrl, deps.log),
        );
  const { defaultResource, resourceFromAttributes } = resources;
  const ofDeployment = {
    [STABLE.serviceVersion]: config.serviceVersion,
    ...(config.environment && { [STABLE.deploymentEnvironmentName]: config.environment }),
  };
  const sdk = new NodeSDK({
    resource: defaultResource().merge(
      resourceFromAttributes({
        [STABLE.serviceName]: config.serviceName,
        [STABLE.serviceInstanceId]: config.serviceInstanceId,
        ...ofDeployment,
      }),
    ),
    // The last one wins: what OTEL_RESOURCE_ATTRIBUTES and OTEL_SERVICE_NAME say.
    resourceDetectors: [
      resources.processDetector,
      resources.hostDetector,
      resources.osDetector,
      resources.envDetector,
    ],
    sampler: createSampler(config.sampler, config.samplerRatio),
    idGenerator,
    spanLimits: { linkCountLimit: LINKS_PER_SPAN },
    spanProcessors: spans === null ? [] : [spans.processor],
    logRecordProcessors: records === null ? [] : [records.processor],
    // Empty, not absent: absent means an OTLP exporter for metrics.
    metricReaders: [],
    instrumentations: [],
  });
  sdk.start();

  return {
    exportAs(serviceName) {
      if (spans === null) return null;
      const resource = defaultResource().merge(
        resourceFromAttributes({
          [STABLE.serviceName]: serviceName,
          // Of who hands them on: the other program has none.
          [STABLE.serviceInstanceId]: config.serviceInstanceId,
          'telemetry.sdk.language': 'webjs',
          ...ofDeployment,
        }),
      );
      return (foreign) => {
        for (const span of foreign) spans.processor.onEnd(toReadableSpan(span, resource));
      };
    },
    async shutdown(deadlineMs = 3000) {
      let timer: NodeJS.Timeout | undefined;
      const deadline = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, deadlineMs);
      });
      const failed = () => undefined; // counted by the export, batch by batch
      await Promise.race([sdk.shutdown().catch(failed), deadline]);
      clearTimeout(timer);
      const lost = (spans?.abandon() ?? 0) + (records?.abandon() ?? 0);
      trace.disable();
      logs.disable();
      context.disable();
      propagation.disable();
      return { lost };
    },
  };
}

/** Says once that the collector is gone, and once that it is back. */
function reportChanges(
  signal: 'trace' | 'log',
  endpoint: string,
  log: TelemetryDeps['log'],
): OnBatch {
  let reachable = true;
  return (error) => {
    if (reachable && error) {
      const message = `The ${signal} collector does not answer: ${ITEMS[signal]} are dropped`;
      logEvent(log, 'collectorAway', { err: error, signal, endpoint }, { message });
    } else if (!reachable && !error) {
      const message = `The ${signal} collector answers again`;
      logEvent(log, 'collectorBack', { signal }, { message });
    }
    reachable = error === null;
  };
}

const ITEMS = { trace: 'spans', log: 'log records' } as const;
