import { after } from 'node:test';
import {
  startTelemetry,
  type ExportCounters,
  type TelemetryConfig,
  type TelemetryDeps,
} from '../telemetry.ts';
import { type OtlpReceiver, startOtlpReceiver } from './otlp-receiver.ts';
import { createSeries } from './series.ts';

/** Exports only spans. @param endpoint of the collector */
export function telemetryConfig(endpoint: string): TelemetryConfig {
  return {
    serviceName: 'aio-test',
    serviceVersion: '0.0.0',
    serviceInstanceId: 'instance-1',
    environment: 'test',
    tracesUrl: `${endpoint}/v1/traces`,
    sampler: 'parentbased_always_on',
    samplerRatio: 1,
    export: { delayMs: 5 },
  };
}

const silent = () => undefined;

export const silentLog: TelemetryDeps['log'] = {
  debug: silent,
  info: silent,
  warn: silent,
  error: silent,
};

/** Starts telemetry that exports to a collector of its own. The caller closes both. */
export async function startTestTelemetry(
  changes: Partial<TelemetryConfig> = {},
  { withLogs = false } = {},
) {
  const receiver = await startOtlpReceiver();
  const logs = withLogs && { logsUrl: `${receiver.endpoint}/v1/logs` };
  const config = { ...telemetryConfig(receiver.endpoint), ...logs, ...changes };
  const telemetry = await startTelemetry(config, {
    counters: countExports().counters,
    log: silentLog,
  });
  async function close(): Promise<void> {
    await telemetry.shutdown();
    await receiver.close();
  }
  return { receiver, telemetry, close };
}

/** The collector of telemetry with logs, for the tests of a file. */
export async function startCollected(): Promise<OtlpReceiver> {
  const { receiver, close } = await startTestTelemetry({}, { withLogs: true });
  after(close);
  return receiver;
}

/** Real counters, and their scrape. */
export function countExports(): {
  counters: ExportCounters;
  read(): Promise<ExportCounts>;
  readLogRecords(): Promise<ExportCounts>;
} {
  const { metrics, scrape } = createSeries('worker');
  async function read(items: 'spans' | 'log_records'): Promise<ExportCounts> {
    const { body } = await scrape();
    const value = (series: string) => {
      const line = body.split('\n').find((candidate) => candidate.startsWith(`${series} `));
      return Number(line?.slice(series.length + 1));
    };
    const signal = items === 'spans' ? 'traces' : 'logs';
    return {
      exported: value(`aio_telemetry_${items}_exported_total`),
      queueFull: value(`aio_telemetry_${items}_dropped_total{reason="queue_full"}`),
      exportFailed: value(`aio_telemetry_${items}_dropped_total{reason="export_failed"}`),
      timedOut: value(`aio_telemetry_${items}_dropped_total{reason="timeout"}`),
      errors: value(`aio_telemetry_export_errors_total{signal="${signal}"}`),
    };
  }
  return {
    counters: metrics,
    read: () => read('spans'),
    readLogRecords: () => read('log_records'),
  };
}

export interface ExportCounts {
  exported: number;
  queueFull: number;
  exportFailed: number;
  timedOut: number;
  errors: number;
}
