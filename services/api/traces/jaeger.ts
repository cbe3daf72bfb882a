import { AioError } from '@aio/core/errors';
import { decodeOtlpSpans, type OtlpRequest, type ReceivedSpan } from '@aio/runtime/otlp/otlp-json';

/**
 * Reads the spans of a trace that Jaeger has so far; [] = none.
 * @throws AioError `jaeger_away` if Jaeger does not answer
 */
export type ReadTrace = (traceId: string, signal: AbortSignal) => Promise<ReceivedSpan[]>;

const ANSWER_WITHIN_MS = 10_000;

/** @param url origin of Jaeger's query API (version 3), e.g. `http://localhost:16686` */
export function createTraceReader(url: string): ReadTrace {
  const base = url.replace(/\/+$/, '');
  return async (traceId, signal) => {
    const within = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]);
    try {
      const response = await fetch(`${base}/api/v3/traces/${traceId}`, { signal: within });
      if (response.status === 404) return [];
      if (!response.ok) throw new Error(`Jaeger answered ${response.status}.`);
      const { result } = (await response.json()) as { result: OtlpRequest };
      return decodeOtlpSpans(result);
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
