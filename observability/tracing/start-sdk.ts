/** Starts OpenTelemetry's SDK for spans and log records, with a bounded queue and a bounded shutdown. */
import { randomUUID } from 'node:crypto';
import { context, logs, propagation, trace } from '@opentelemetry/api';
import type { Sampler, SpanProcessor } from '@opentelemetry/sdk-trace';
import type { CountedExportConfig, ExportListener } from './counted-export.ts';
import { type ExceptionRecordOptions, withExceptionRecords } from './exception-records.ts';
import { idGenerator } from './span-ids.ts';

export interface SdkConfig {
  serviceName: string;
  serviceVersion?: string | undefined;
  /** Unique per process; default: a random UUID. */
  serviceInstanceId?: string | undefined;
  /** `deployment.environment.name`, e.g. `production`; default: none. */
  environment?: string | undefined;
  /** URL for spans, including `/v1/traces`; absent = every span is a no-op. */
  tracesUrl?: string | undefined;
  /** URL for log records, including `/v1/logs`; absent = none are exported. */
  logsUrl?: string | undefined;
  /** Encoding for both. The exporters also read OTEL_EXPORTER_OTLP_HEADERS. Default: `http/json`. */
  protocol?: 'http/json' | 'http/protobuf' | undefined;
  /** Export exceptions of spans as log records, if these are exported. Default: as events of spans. */
  exceptions?: ExceptionRecordOptions | undefined;
  /** Default: what OTEL_TRACES_SAMPLER names, else all traces that the caller has not decided against. */
  sampler?: Sampler;
  /** Default: the SDK's 128. */
  linksPerSpan?: number;
  export?: Partial<CountedExportConfig> | undefined;
}

export interface StartedSdk {
  /** Takes ended spans, e.g. of a program that cannot reach the collector. null = spans are not exported. */
  spans: SpanProcessor | null;
  /**
   * Delivers the rest and stops. Never throws or takes longer than `deadlineMs` (default 3000). `lost` = spans and log
   * records dropped at the deadline.
   */
  shutdown(deadlineMs?: number): Promise<{ lost: number }>;
}

/** The SDK's default. A receiver that takes longer may keep a batch that counts as dropped, for a `timeout`. */
const TIMEOUT_MS = 10_000;

/**
 * 32,768 ended spans need about 25 MB, the most that a silent collector may cost. Only one batch is in flight, and takes
 * several turns of a busy event loop: with turns of 10 ms, batches of 2,048 deliver 10,000 spans a second.
 */
const SPAN_EXPORT: CountedExportConfig = {
  queueSize: 32_768,
  batchSize: 2048,
  delayMs: 1000,
  timeoutMs: TIMEOUT_MS,
};

/** Fewer than spans, because a record may contain a stack. */
const LOG_EXPORT: CountedExportConfig = {
  queueSize: 8192,
  batchSize: 1024,
  delayMs: 1000,
  timeoutMs: TIMEOUT_MS,
};

/**
 * Starts the export. If the collector is down or slow, spans and records are dropped, and `listener` is told, but the
 * process continues. Without a URL, nothing is loaded. Instrumentation packages are not started.
 */
export async function startSdk(
  config: SdkConfig,
  listener: ExportListener = {},
): Promise<StartedSdk> {
  const { tracesUrl, logsUrl, sampler, linksPerSpan, exceptions } = config;
  if (tracesUrl === undefined && logsUrl === undefined)
    return { spans: null, shutdown: async () => ({ lost: 0 }) };

  // Loaded lazily, because the SDK loads all its exporters.
  const [{ NodeSDK }, resources, { spans, records }] = await Promise.all([
    import('@opentelemetry/sdk-node'),
    import('@opentelemetry/resources'),
    createExports(config, listener),
  ]);
  const processorOf = (spans: SpanProcessor) =>
    exceptions && records ? withExceptionRecords(spans, exceptions) : spans;
  const sdk = new NodeSDK({
    resource: resources.defaultResource().merge(
      resources.resourceFromAttributes({
        'service.name': config.serviceName,
        'service.instance.id': config.serviceInstanceId ?? randomUUID(),
        ...deploymentOf(config),
      }),
    ),
    // Last, so that OTEL_RESOURCE_ATTRIBUTES and OTEL_SERVICE_NAME win.
    resourceDetectors: [
      resources.processDetector,
      resources.hostDetector,
      resources.osDetector,
      resources.envDetector,
    ],
    ...(sampler && { sampler }),
    idGenerator,
    ...(linksPerSpan !== undefined && { spanLimits: { linkCountLimit: linksPerSpan } }),
    spanProcessors: spans === null ? [] : [processorOf(spans.processor)],
    logRecordProcessors: records === null ? [] : [records.processor],
    // Empty: if absent, the SDK adds an OTLP exporter for metrics.
    metricReaders: [],
    instrumentations: [],
  });
  sdk.start();

  return {
    spans: spans?.processor ?? null,
    async shutdown(deadlineMs = 3000) {
      await stopWithin(deadlineMs, sdk);
      return { lost: (spans?.abandon() ?? 0) + (records?.abandon() ?? 0) };
    },
  };
}

/** Resource attributes of every program of a deployment. */
export function deploymentOf({
  serviceVersion,
  environment,
}: Pick<SdkConfig, 'serviceVersion' | 'environment'>): Record<string, string> {
  return {
    ...(serviceVersion && { 'service.version': serviceVersion }),
    ...(environment && { 'deployment.environment.name': environment }),
  };
}

/** The exports of spans and of log records; null = there is no URL for them. */
async function createExports(config: SdkConfig, listener: ExportListener) {
  const { tracesUrl, logsUrl } = config;
  const [
    { OTLPTraceExporter, OTLPLogExporter },
    { createCountedSpanExport, createCountedLogExport },
  ] = await Promise.all([
    config.protocol === 'http/protobuf' ? importProtobuf() : importJson(),
    import('./counted-export.ts'),
  ]);
  const ofSpans = { ...SPAN_EXPORT, ...config.export };
  const ofLogs = { ...LOG_EXPORT, ...config.export };
  return {
    spans:
      tracesUrl === undefined
        ? null
        : createCountedSpanExport(
            new OTLPTraceExporter({ url: tracesUrl, timeoutMillis: ofSpans.timeoutMs }),
            listener,
            ofSpans,
          ),
    records:
      logsUrl === undefined
        ? null
        : createCountedLogExport(
            new OTLPLogExporter({ url: logsUrl, timeoutMillis: ofLogs.timeoutMs }),
            listener,
            ofLogs,
          ),
  };
}

async function stopWithin(deadlineMs: number, sdk: { shutdown(): Promise<void> }): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, deadlineMs);
  });
  const failed = () => undefined; // `listener.batch` gets failures
  await Promise.race([sdk.shutdown().catch(failed), deadline]);
  clearTimeout(timer);
  trace.disable();
  logs.disable();
  context.disable();
  propagation.disable();
}

async function importJson() {
  const [traces, records] = await Promise.all([
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/exporter-logs-otlp-http'),
  ]);
  return { ...traces, ...records };
}

async function importProtobuf() {
  const [traces, records] = await Promise.all([
    import('@opentelemetry/exporter-trace-otlp-proto'),
    import('@opentelemetry/exporter-logs-otlp-proto'),
  ]);
  return { ...traces, ...records };
}
