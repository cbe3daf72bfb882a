/**
 * Spans between their end and the collector, every one of them counted: exported, or dropped and
 * why. The SDK's own batching drops silently; here the bound is enforced before it, exactly.
 */
import {
  BatchSpanProcessor,
  type ReadableSpan,
  type SpanExporter,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace';
import type { Metrics } from '@aio/catalog/instruments';

export type SpanCounters = Pick<Metrics<'api'>, 'spansExported' | 'spansDropped' | 'exportErrors'>;

export interface CountedExportConfig {
  /** Ended spans that wait at most; later ones are dropped. */
  queueSize: number;
  batchSize: number;
  /** Longest time a span waits for its batch to fill. */
  delayMs: number;
  /** Longest time for one batch, the exporter's retries included. */
  timeoutMs: number;
}

export interface CountedExport {
  processor: SpanProcessor;
  /** Gives up what is neither exported nor dropped yet; counts it, and returns how many. */
  abandon(): number;
}

const FAILED = 1;

/** @param onResult told of every batch: null = delivered, else why it was not */
export function createCountedExport(
  exporter: SpanExporter,
  counters: SpanCounters,
  config: CountedExportConfig,
  onResult: (error: Error | null) => void,
): CountedExport {
  let queued = 0;
  let exporting = 0;
  let abandoned = false;

  const counted: SpanExporter = {
    export(spans, callback) {
      queued -= spans.length;
      exporting += spans.length;
      exporter.export(spans, (result) => {
        if (abandoned) return;
        exporting -= spans.length;
        if (result.code === FAILED) {
          counters.exportErrors.inc();
          counters.spansDropped.inc({ reason: 'export_failed' }, spans.length);
        } else {
          counters.spansExported.inc({}, spans.length);
        }
        onResult(result.code === FAILED ? (result.error ?? new Error('Export failed')) : null);
        callback(result);
      });
    },
    shutdown: () => exporter.shutdown(),
  };
  const batches = new BatchSpanProcessor({
    exporter: counted,
    maxQueueSize: config.queueSize,
    maxExportBatchSize: config.batchSize,
    scheduledDelayMillis: config.delayMs,
    exportTimeoutMillis: config.timeoutMs,
  });

  return {
    abandon() {
      const lost = queued + exporting;
      abandoned = true;
      counters.spansDropped.inc({ reason: 'export_failed' }, lost);
      return lost;
    },
    processor: {
      onStart: () => undefined,
      onEnd(span: ReadableSpan) {
        if (queued >= config.queueSize) return counters.spansDropped.inc({ reason: 'queue_full' });
        queued += 1;
        batches.onEnd(span);
      },
      forceFlush: () => batches.forceFlush(),
      shutdown: () => batches.shutdown(),
    },
  };
}
