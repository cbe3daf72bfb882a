/**
 * Counts every span and log record as exported, or as dropped with a reason. The SDK's own batching drops silently, so
 * this queue enforces its limit before the SDK.
 */
import type { LogRecordExporter, LogRecordProcessor } from '@opentelemetry/sdk-logs';
import { BatchLogRecordProcessor } from '@opentelemetry/sdk-logs';
import {
  BatchSpanProcessor,
  type SpanExporter,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace';
import type { LabelsOf, Metrics } from '@aio/catalog/metrics/instruments';

export type ExportCounters = Pick<
  Metrics<'api'>,
  'spansExported' | 'spansDropped' | 'logRecordsExported' | 'logRecordsDropped' | 'exportErrors'
>;

export interface CountedExportConfig {
  /** Most items that wait; later ones are dropped. */
  queueSize: number;
  batchSize: number;
  /** Longest time an item waits for its batch to fill. */
  delayMs: number;
  /** Longest time for one batch, including retries. */
  timeoutMs: number;
}

/** Called after every batch: null = delivered, else the error. */
export type OnBatch = (error: Error | null) => void;

export interface CountedExport<P> {
  processor: P;
  /** Drops and counts all waiting items. @returns their number */
  abandon(): number;
}

export function createCountedSpanExport(
  exporter: SpanExporter,
  counters: ExportCounters,
  config: CountedExportConfig,
  onBatch: OnBatch,
): CountedExport<SpanProcessor> {
  const delivery = countDelivery(
    config.queueSize,
    {
      exported: (count) => counters.spansExported.inc({}, count),
      dropped: (reason, count) => counters.spansDropped.inc({ reason }, count),
      failed: () => counters.exportErrors.inc({ signal: 'traces' }),
    },
    onBatch,
  );
  const batches = new BatchSpanProcessor({
    ...batchOptions(config),
    exporter: {
      export: (spans, callback) => delivery.send(exporter, spans, callback),
      shutdown: () => exporter.shutdown(),
    },
  });
  return {
    abandon: delivery.abandon,
    processor: {
      onStart: () => undefined,
      onEnd: (span) => {
        if (delivery.admit()) batches.onEnd(span);
      },
      forceFlush: () => batches.forceFlush(),
      shutdown: () => batches.shutdown(),
    },
  };
}

export function createCountedLogExport(
  exporter: LogRecordExporter,
  counters: ExportCounters,
  config: CountedExportConfig,
  onBatch: OnBatch,
): CountedExport<LogRecordProcessor> {
  const delivery = countDelivery(
    config.queueSize,
    {
      exported: (count) => counters.logRecordsExported.inc({}, count),
      dropped: (reason, count) => counters.logRecordsDropped.inc({ reason }, count),
      failed: () => counters.exportErrors.inc({ signal: 'logs' }),
    },
    onBatch,
  );
  const batches = new BatchLogRecordProcessor({
    ...batchOptions(config),
    exporter: {
      export: (records, callback) => delivery.send(exporter, records, callback),
      forceFlush: () => exporter.forceFlush(),
      shutdown: () => exporter.shutdown(),
    },
  });
  return {
    abandon: delivery.abandon,
    processor: {
      onEmit: (record) => {
        if (delivery.admit()) batches.onEmit(record);
      },
      forceFlush: () => batches.forceFlush(),
      shutdown: () => batches.shutdown(),
    },
  };
}

const FAILED = 1;

type Result = { code: number; error?: Error };

interface Exporter<T> {
  export(items: T[], callback: (result: Result) => void): void;
}

interface DeliveryCounts {
  exported(count: number): void;
  dropped(reason: LabelsOf<'spansDropped'>['reason'], count: number): void;
  /** One batch was not delivered. */
  failed(): void;
}

function countDelivery(queueSize: number, counts: DeliveryCounts, onBatch: OnBatch) {
  let queued = 0;
  let exporting = 0;
  let abandoned = false;

  return {
    /** @returns false if the queue is full; the item then counts as dropped */
    admit(): boolean {
      if (queued >= queueSize) {
        counts.dropped('queue_full', 1);
        return false;
      }
      queued += 1;
      return true;
    },
    send<T>(exporter: Exporter<T>, items: T[], callback: (result: Result) => void): void {
      queued -= items.length;
      exporting += items.length;
      exporter.export(items, (result) => {
        if (abandoned) return;
        exporting -= items.length;
        if (result.code === FAILED) {
          counts.failed();
          counts.dropped('export_failed', items.length);
        } else {
          counts.exported(items.length);
        }
        onBatch(result.code === FAILED ? (result.error ?? new Error('Export failed')) : null);
        callback(result);
      });
    },
    abandon(): number {
      const lost = queued + exporting;
      abandoned = true;
      counts.dropped('export_failed', lost);
      return lost;
    },
  };
}

function batchOptions({ queueSize, batchSize, delayMs, timeoutMs }: CountedExportConfig) {
  return {
    maxQueueSize: queueSize,
    maxExportBatchSize: batchSize,
    scheduledDelayMillis: delayMs,
    exportTimeoutMillis: timeoutMs,
  };
}
