import type { SpanCounters } from '../counted-export.ts';
import { createMetrics } from '../metrics.ts';
import type { TelemetryConfig, TelemetryDeps } from '../telemetry.ts';

export function telemetryConfig(endpoint: string): TelemetryConfig {
  return {
    enabled: true,
    serviceName: 'aio-test',
    serviceVersion: '0.0.0',
    serviceInstanceId: 'instance-1',
    environment: 'test',
    endpoint,
    sampler: 'parentbased_always_on',
    samplerRatio: 1,
    export: { delayMs: 5 },
  };
}

export const silentLog: TelemetryDeps['log'] = { warn: () => undefined, info: () => undefined };

/** Real counters, and what a scrape says of them. */
export function countSpans(): {
  counters: SpanCounters;
  read(): Promise<{ exported: number; queueFull: number; exportFailed: number; errors: number }>;
} {
  const { metrics, scrape } = createMetrics({
    process: 'worker',
    enabled: true,
    defaults: false,
    version: '0.0.0',
  });
  return {
    counters: metrics,
    async read() {
      const { body } = await scrape();
      const value = (series: string) => {
        const line = body.split('\n').find((candidate) => candidate.startsWith(`${series} `));
        return Number(line?.slice(series.length + 1));
      };
      return {
        exported: value('aio_telemetry_spans_exported_total'),
        queueFull: value('aio_telemetry_spans_dropped_total{reason="queue_full"}'),
        exportFailed: value('aio_telemetry_spans_dropped_total{reason="export_failed"}'),
        errors: value('aio_telemetry_export_errors_total'),
      };
    },
  };
}
