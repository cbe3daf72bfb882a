import { context, propagation, trace } from '@opentelemetry/api';
import type { SamplerName } from '@aio/catalog/samplers';
import { STABLE } from '@aio/catalog/semantic-conventions';
import type { CountedExportConfig, SpanCounters } from './counted-export.ts';
import { createSpanSource, setSpanSource } from './span-source.ts';

export interface TelemetryConfig {
  /** false = nothing is loaded, every span is a no-op. */
  enabled: boolean;
  serviceName: string;
  serviceVersion: string;
  /** One per process, e.g. the worker's id. */
  serviceInstanceId: string;
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
 * 32,768 ended spans are some 25 MB: what a silent collector may cost. Each batch takes several turns of a busy
 * loop: with 512 in each, one after the other, half of the spans of a worker at its limit were lost.
 */
const EXPORT_DEFAULTS: CountedExportConfig = {
  queueSize: 32_768,
  batchSize: 2048,
  delayMs: 1000,
  timeoutMs: 5000,
};

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
    { resourceFromAttributes },
    exporting,
    sampling,
    http,
  ] = await Promise.all([
    import('@opentelemetry/sdk-node'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
    import('./counted-export.ts'),
    import('./sampler.ts'),
    config.endpoint.startsWith('https:') ? import('node:https') : import('node:http'),
  ]);

  const exportConfig = { ...EXPORT_DEFAULTS, ...config.export };
  const agent = new http.Agent({ keepAlive: true });
  const exporter = new OTLPTraceExporter({
    url: `${config.endpoint.replace(/\/+$/, '')}/v1/traces`,
    timeoutMillis: exportConfig.timeoutMs,
    httpAgentOptions: () => agent,
  });
  const { processor, abandon } = exporting.createCountedExport(
    exporter,
    deps.counters,
    exportConfig,
    reportChanges(config.endpoint, deps.log),
  );
  const sampler = sampling.createSampler(config.sampler, config.samplerRatio);
  const resource = resourceFromAttributes({
    [STABLE.serviceName]: config.serviceName,
    [STABLE.serviceVersion]: config.serviceVersion,
    [STABLE.serviceInstanceId]: config.serviceInstanceId,
  });
  const sdk = new NodeSDK({
    autoDetectResources: false,
    resource,
    sampler,
    spanProcessors: [processor],
    // Empty, not absent: absent means OTLP exporters for metrics and logs.
    metricReaders: [],
    logRecordProcessors: [],
    instrumentations: [],
  });
  sdk.start();
  setSpanSource(
    createSpanSource({
      resource,
      onEnd: (span) => processor.onEnd(span),
      isWanted: ({ name, kind, attributes = {}, links = [] }, parent, traceId) =>
        sampling.isKept(sampler, parent, traceId, name, kind, attributes, links),
    }),
  );

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
      agent.destroy();
      setSpanSource(null);
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
