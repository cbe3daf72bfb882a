import { context, logs, propagation, trace } from '@opentelemetry/api';
import type { LogOf } from '@aio/catalog/logs/log-events';
import type { SamplerName } from '@aio/catalog/metrics/samplers';
import { STABLE } from '@aio/catalog/traces/semantic-conventions';
import type { CountedExportConfig, ExportCounters, OnBatch } from './counted-export.ts';
import type { ForeignSpan } from './foreign-spans.ts';
import { logEvent } from './log-event.ts';
import { idGenerator } from '@aio/tracing/span-ids';

export interface TelemetryConfig {
  serviceName: string;
  serviceVersion: string;
  /** Unique per process, e.g. the worker's id. */
  serviceInstanceId: string;
  /** `deployment.environment.name`, e.g. `production`; default: none. */
  environment?: string;
  /** URL for spans, including `/v1/traces`; absent = every span is a no-op. */
  tracesUrl?: string | undefined;
  /** URL for log records, including `/v1/logs`; absent = only standard output. */
  logsUrl?: string | undefined;
  /** Encoding for both. The exporters also read OTEL_EXPORTER_OTLP_HEADERS. */
  protocol?: 'http/json' | 'http/protobuf';
  sampler: SamplerName;
  /** 0 to 1, for the `ratio` samplers. */
  samplerRatio: number;
  export?: Partial<CountedExportConfig>;
}

export interface TelemetryDeps {
  counters: ExportCounters;
  log: LogOf<'info' | 'warn'>;
}

export interface Telemetry {
  /**
   * Exports spans of another program under the name of its service. They share this process's queue and counters.
   * null = no export.
   */
  exportAs(serviceName: string): ((spans: readonly ForeignSpan[]) => void) | null;
  /**
   * Delivers the rest and stops. Never throws or takes longer than `deadlineMs` (default 3000). `lost` = spans and log
   * records dropped at the deadline.
   */
  shutdown(deadlineMs?: number): Promise<{ lost: number }>;
}

/**
 * 32,768 ended spans need about 25 MB, the most that a silent collector may cost. Only one batch is in flight, and takes
 * several turns of a busy event loop: with turns of 10 ms, batches of 2,048 deliver 10,000 spans a second.
 */
const SPAN_EXPORT: CountedExportConfig = {
  queueSize: 32_768,
  batchSize: 2048,
  delayMs: 1000,
  timeoutMs: 5000,
};

/** Fewer than spans, because a record may contain a stack. */
const LOG_EXPORT: CountedExportConfig = {
  queueSize: 8192,
  batchSize: 1024,
  delayMs: 1000,
  timeoutMs: 5000,
};

/** A fan-in of 1,000 has 1,000 links. The SDK's default limit is 128. */
const LINKS_PER_SPAN = 1024;

/**
 * Starts the export of spans and log records. Call it before the first `createTracing`. If the collector is down or slow,
 * AIO drops and counts spans and records, but continues. Without a URL, nothing is loaded.
 */
export async function startTelemetry(
  config: TelemetryConfig,
  deps: TelemetryDeps,
): Promise<Telemetry> {
  const { tracesUrl, logsUrl } = config;
  if (tracesUrl === undefined && logsUrl === undefined)
    return { exportAs: () => null, shutdown: async () => ({ lost: 0 }) };

  // Loaded lazily, because the SDK loads all its exporters.
  const [{ NodeSDK }, resources, { createSampler }, { toReadableSpan }, { spans, records }] =
    await Promise.all([
      import('@opentelemetry/sdk-node'),
      import('@opentelemetry/resources'),
      import('./sampler.ts'),
      import('./foreign-spans.ts'),
      createExports(config, deps),
    ]);
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
    // Last, so that OTEL_RESOURCE_ATTRIBUTES and OTEL_SERVICE_NAME win.
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
    // Empty: if absent, the SDK adds an OTLP exporter for metrics.
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
          // The exporting process's, because the other program has none.
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
      await stopWithin(deadlineMs, sdk);
      return { lost: (spans?.abandon() ?? 0) + (records?.abandon() ?? 0) };
    },
  };
}

/** The exports of spans and of log records; null = there is no URL for them. */
async function createExports(config: TelemetryConfig, { counters, log }: TelemetryDeps) {
  const { tracesUrl, logsUrl } = config;
  const [
    { OTLPTraceExporter, OTLPLogExporter },
    { createCountedSpanExport, createCountedLogExport },
  ] = await Promise.all([
    config.protocol === 'http/protobuf' ? importProtobuf() : importJson(),
    import('./counted-export.ts'),
  ]);
  const spanConfig = { ...SPAN_EXPORT, ...config.export };
  const logConfig = { ...LOG_EXPORT, ...config.export };
  return {
    spans:
      tracesUrl === undefined
        ? null
        : createCountedSpanExport(
            new OTLPTraceExporter({ url: tracesUrl, timeoutMillis: spanConfig.timeoutMs }),
            counters,
            spanConfig,
            reportChanges('trace', tracesUrl, log),
          ),
    records:
      logsUrl === undefined
        ? null
        : createCountedLogExport(
            new OTLPLogExporter({ url: logsUrl, timeoutMillis: logConfig.timeoutMs }),
            counters,
            logConfig,
            reportChanges('log', logsUrl, log),
          ),
  };
}

async function stopWithin(deadlineMs: number, sdk: { shutdown(): Promise<void> }): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, deadlineMs);
  });
  const failed = () => undefined; // the export counts failures per batch
  await Promise.race([sdk.shutdown().catch(failed), deadline]);
  clearTimeout(timer);
  trace.disable();
  logs.disable();
  context.disable();
  propagation.disable();
}

async function importJson() {
  const [traces, logs] = await Promise.all([
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/exporter-logs-otlp-http'),
  ]);
  return { ...traces, ...logs };
}

async function importProtobuf() {
  const [traces, logs] = await Promise.all([
    import('@opentelemetry/exporter-trace-otlp-proto'),
    import('@opentelemetry/exporter-logs-otlp-proto'),
  ]);
  return { ...traces, ...logs };
}

/** Logs once when the collector stops accepting, and once when it accepts again. */
function reportChanges(
  signal: 'trace' | 'log',
  endpoint: string,
  log: TelemetryDeps['log'],
): OnBatch {
  let reachable = true;
  return (error) => {
    if (reachable && error) {
      const did = isRefusal(error) ? `answers ${error.code}` : 'does not answer';
      const message = `The ${signal} collector ${did}; ${ITEMS[signal]} are dropped`;
      logEvent(log, 'collectorAway', { err: error, signal, endpoint }, { message });
    } else if (!reachable && !error) {
      const message = `The ${signal} collector answers again`;
      logEvent(log, 'collectorBack', { signal }, { message });
    }
    reachable = error === null;
  };
}

/** Whether the error has the status of an HTTP response. */
function isRefusal(error: Error): error is Error & { code: number } {
  return 'code' in error && typeof error.code === 'number';
}

const ITEMS = { trace: 'spans', log: 'log records' } as const;
