import { context, propagation, trace } from '@opentelemetry/api';
import type { SamplerName } from '@aio/catalog/samplers';
import { STABLE } from '@aio/catalog/semantic-conventions';
import type { CountedExportConfig, SpanCounters } from './counted-export.ts';
import { idGenerator } from './span-ids.ts';

export interface TelemetryConfig {
  /** false = nothing is loaded, every span is a no-op. */
  enabled: boolean;
  serviceName: string;
  serviceVersion: string;
  /** One per process, e.g. the worker's id. */
  serviceInstanceId: string;
  /** `deployment.environment.name`, e.g. `production`; default: none. */
  environment?: string;
  /** OTEL_EXPORTER_OTLP_ENDPOINT: base URL of the collector, without `/v1/traces`. */
  endpoint: string;
  sampler: SamplerName;
  /** 0 to 1; read by the `ratio` samplers. */
  samplerRatio: number;
  export?: Partial<CountedExportConfig>;
}

export interface TelemetryDeps {
  counters: SpanCounters;
  log: { warn(fields: object, message: string): void; info(message: string): void };
}

export interface Telemetry {
  /**
   * Delivers what is left and stops. Never throws, never takes longer than `deadlineMs`
   * (default 3000); `lost` = spans given up at the deadline.
   */
  shutdown(deadlineMs?: number): Promise<{ lost: number }>;
}

/**
 * 32,768 ended spans are some 25 MB: what a silent collector may cost. One batch is on its way at a time, and takes
 * several turns of a busy loop: with turns of 10 ms, batches of 2,048 deliver 10,000 spans a second.
 */
const EXPORT_DEFAULTS: CountedExportConfig = {
  queueSize: 32_768,
  batchSize: 2048,
  delayMs: 1000,
  timeoutMs: 5000,
};

/** A fan-in of 1,000 has 1,000 links to its parents; the SDK's own limit is 128. */
const LINKS_PER_SPAN = 1024;

/**
 * Starts tracing in this process, before the first `createTracing`. A collector that is away, slow
 * or silent costs spans, which are counted, and nothing else.
 */
export async function startTelemetry(
  config: TelemetryConfig,
  deps: TelemetryDeps,
): Promise<Telemetry> {
  if (!config.enabled) return { shutdown: async () => ({ lost: 0 }) };

  // Loaded only here: the SDK brings all of its exporters along.
  const [
    { NodeSDK },
    { OTLPTraceExporter },
    resources,
    { createCountedExport },
    { createSampler },
  ] = await Promise.all([
    import('@opentelemetry/sdk-node'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
    import('./counted-export.ts'),
    import('./sampler.ts'),
  ]);

  const exportConfig = { ...EXPORT_DEFAULTS, ...config.export };
  const exporter = new OTLPTraceExporter({
    url: `${config.endpoint.replace(/\/+$/, '')}/v1/traces`,
    timeoutMillis: exportConfig.timeoutMs,
  });
  const { processor, abandon } = createCountedExport(
    exporter,
    deps.counters,
    exportConfig,
    reportChanges(config.endpoint, deps.log),
  );
  const { defaultResource, resourceFromAttributes } = resources;
  const sdk = new NodeSDK({
    resource: defaultResource().merge(
      resourceFromAttributes({
        [STABLE.serviceName]: config.serviceName,
        [STABLE.serviceVersion]: config.serviceVersion,
        [STABLE.serviceInstanceId]: config.serviceInstanceId,
        ...(config.environment && { [STABLE.deploymentEnvironmentName]: config.environment }),
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
    spanProcessors: [processor],
    // Empty, not absent: absent means OTLP exporters for metrics and logs.
    metricReaders: [],
    logRecordProcessors: [],
    instrumentations: [],
  });
  sdk.start();

  return {
    async shutdown(deadlineMs = 3000) {
      let timer: NodeJS.Timeout | undefined;
      const deadline = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, deadlineMs);
      });
      const failed = () => undefined; // counted by the export, batch by batch
      await Promise.race([sdk.shutdown().catch(failed), deadline]);
      clearTimeout(timer);
      const lost = abandon();
      trace.disable();
      context.disable();
      propagation.disable();
      return { lost };
    },
  };
}

/** Says once that the collector is gone, and once that it is back. */
function reportChanges(endpoint: string, log: TelemetryDeps['log']): (error: Error | null) => void {
  let reachable = true;
  return (error) => {
    if (reachable && error) {
      log.warn({ err: error, endpoint }, 'The trace collector does not answer: spans are dropped');
    } else if (!reachable && !error) {
      log.info('The trace collector answers again');
    }
    reachable = error === null;
  };
}
