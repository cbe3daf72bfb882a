import { setImmediate as nextTurn } from 'node:timers/promises';
import { AioError } from '@aio/core/errors';
import type { ReceivedSpan } from '@aio/runtime/otlp/otlp-json';
import { createSpanReader } from './span-reader.ts';

/** The spans that Jaeger has so far; none = it does not know the trace. */
export interface ReadSpans {
  spans: ReceivedSpan[];
  /** Whether the trace is longer than one read. */
  isCut: boolean;
}

/** @throws AioError `jaeger_away` if Jaeger does not answer */
export type ReadTrace = (traceId: string, signal: AbortSignal) => Promise<ReadSpans>;

const ANSWER_WITHIN_MS = 10_000;
/** Callers choose their trace ids, so a trace may have any length. */
export const MAX_TRACE_BYTES = 8 * 1024 * 1024;
export const MAX_TRACE_SPANS = 5000;

/** @param url origin of Jaeger's query API (version 3), e.g. `http://localhost:16686` */
export function createTraceReader(url: string): ReadTrace {
  const base = url.replace(/\/+$/, '');
  return async (traceId, signal) => {
    const within = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]);
    try {
      const response = await fetch(`${base}/api/v3/traces/${traceId}`, { signal: within });
      if (response.status === 404) return { spans: [], isCut: false };
      if (!response.ok) throw new Error(`Jaeger answered ${response.status}.`);
      return await readSpans(response.body ?? []);
    } catch (cause) {
      throw new AioError(
        'jaeger_away',
        'Jaeger, or what replaces it, does not answer, so the API cannot read traces. Try again later.',
        {
          cause,
        },
      );
    }
  };
}

async function readSpans(parts: AsyncIterable<Uint8Array> | Uint8Array[]): Promise<ReadSpans> {
  const read = createSpanReader();
  const spans: ReceivedSpan[] = [];
  let bytes = 0;
  for await (const part of parts) {
    bytes += part.length;
    spans.push(...read(part));
    if (bytes > MAX_TRACE_BYTES || spans.length > MAX_TRACE_SPANS)
      return { spans: spans.slice(0, MAX_TRACE_SPANS), isCut: true };
    // Parts that have already arrived would follow within this turn.
    await nextTurn();
  }
  return { spans, isCut: false };
}
