/**
 * Counts every span and log record as exported, or as dropped with a reason. The SDK counts what it drops nowhere, so
 * this queue enforces its limit before it.
 */
import type { LogRecordExporter, LogRecordProcessor } from '@opentelemetry/sdk-logs';
import { BatchLogRecordProcessor } from '@opentelemetry/sdk-logs';
import {
  BatchSpanProcessor,
  type SpanExporter,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace';

export type Signal = 'traces' | 'logs';

/** `timeout`: the receiver did not answer in time, and may have the items. */
export type DropReason = 'queue_full' | 'export_failed' | 'timeout';

/** What happens to spans and log records. Every one is counted once: as exported, or as dropped. */
export interface ExportListener {
  exported?(signal: Signal, count: number): void;
  dropped?(signal: Signal, reason: DropReason, count: number): void;
  /** Called after every batch: null = delivered, else the error. */
  batch?(signal: Signal, error: Error | null): void;
}

export interface CountedExportConfig {
  /** Most items that wait; later ones are dropped. */
  queueSize: number;
  batchSize: number;
  /** Longest time an item waits for its batch to fill. */
  delayMs: number;
  /** Longest time for one batch, including retries. */
  timeoutMs: number;
}

export interface CountedExport<P> {
  processor: P;
  /** Drops and counts all waiting items. @returns their number */
  abandon(): number;
}

export function createCountedSpanExport(
  exporter: SpanExporter,
  listener: ExportListener,
  config: CountedExportConfig,
): CountedExport<SpanProcessor> {
  const delivery = countDelivery('traces', config.queueSize, listener);
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
  listener: ExportListener,
  config: CountedExportConfig,
): CountedExport<LogRecordProcessor> {
  const delivery = countDelivery('logs', config.queueSize, listener);
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

/** The message is that of the exporters over HTTP. */
function reasonOf(error: Error | undefined): DropReason {
  return error?.message === 'Request timed out' ? 'timeout' : 'export_failed';
}

function countDelivery(signal: Signal, queueSize: number, listener: ExportListener) {
  let queued = 0;
  let exporting = 0;
  let abandoned = false;

  return {
    /** @returns false if the queue is full; the item then counts as dropped */
    admit(): boolean {
      if (queued >= queueSize) {
        listener.dropped?.(signal, 'queue_full', 1);
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
        const isFailed = result.code === FAILED;
        if (isFailed) listener.dropped?.(signal, reasonOf(result.error), items.length);
        else listener.exported?.(signal, items.length);
        listener.batch?.(signal, isFailed ? (result.error ?? new Error('Export failed')) : null);
        callback(result);
      });
    },
    abandon(): number {
      const lost = queued + exporting;
      abandoned = true;
      listener.dropped?.(signal, 'export_failed', lost);
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
