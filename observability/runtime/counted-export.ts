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

/**
 * Batches on their way at once, a processor of the SDK for each: it waits for the answer before it sends the next. A
 * worker at its limit, of whose loop each answer waits for several turns, lost a quarter of its spans with one, none
 * with two, and with an answer that takes 50 ms none with four.
 */
const LANES = 4;

type ExportResult = Parameters<Parameters<SpanExporter['export']>[1]>[0];
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
      settleOnce(exporter, spans, config.timeoutMs, (result) => {
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
    // The lanes share it: once, when all of them are done.
    shutdown: async () => undefined,
  };

  const lanes = Array.from(
    { length: LANES },
    () =>
      new BatchSpanProcessor({
        exporter: counted,
        maxQueueSize: config.queueSize,
        maxExportBatchSize: config.batchSize,
        scheduledDelayMillis: config.delayMs,
        // Above: settleOnce gives up first, so that each batch is counted once.
        exportTimeoutMillis: config.timeoutMs * 2,
      }),
  );
  let taken = 0;

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
        // A batch to each in turn: few spans make no more requests than with one lane.
        lanes[Math.floor(taken / config.batchSize) % LANES]!.onEnd(span);
        taken += 1;
      },
      async forceFlush() {
        await Promise.all(lanes.map((lane) => lane.forceFlush()));
      },
      async shutdown() {
        // What fails is counted above; the others are to be heard out.
        await Promise.allSettled(lanes.map((lane) => lane.shutdown()));
        await exporter.shutdown();
      },
    },
  };
}

/** One result per batch and in time: a collector that drips an answer for ever counts as failed. */
function settleOnce(
  exporter: SpanExporter,
  spans: ReadableSpan[],
  timeoutMs: number,
  settle: (result: ExportResult) => void,
): void {
  let settled = false;
  function once(result: ExportResult): void {
    if (settled) return;
    settled = true;
    clearTimeout(timer);
    settle(result);
  }
  const timer = setTimeout(
    () => once({ code: FAILED, error: new Error(`No answer within ${timeoutMs} ms`) }),
    timeoutMs,
  );
  timer.unref();
  exporter.export(spans, once);
}
