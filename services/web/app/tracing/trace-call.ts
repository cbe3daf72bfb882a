import {
  defaultTextMapSetter,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
  type Tracer,
} from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { ATTRIBUTES } from './names.ts';
import type { Actions } from './actions';
import type { TraceCall } from './trace-calls';

const propagator = new W3CTraceContextPropagator();

/**
 * Adds a client span and `traceparent` to calls: below the action that caused them, or as a trace
 * of their own.
 */
export function createTraceCall(tracer: Tracer, actions: Actions): TraceCall {
  return async (address, init, isAsked) => {
    const action = isAsked ? actions.current() : null;
    const leave = action?.join(true);
    const parent = action?.context ?? ROOT_CONTEXT;
    const span = startSpan(tracer, address, init.method ?? 'GET', parent);
    const headers = Object.fromEntries(new Headers(init.headers));
    propagator.inject(trace.setSpan(parent, span), headers, defaultTextMapSetter);
    try {
      const response = await fetch(address, { ...init, headers });
      if (response.status > 0)
        span.setAttribute(ATTRIBUTES.httpResponseStatusCode, response.status);
      if (response.status >= 400) fail(span, String(response.status));
      return response;
    } catch (error) {
      fail(span, error instanceof Error ? error.name : 'unknown');
      throw error;
    } finally {
      span.end();
      leave?.();
    }
  };
}

/** The span omits the address's query and fragment. */
function startSpan(tracer: Tracer, address: string, method: string, parent: typeof ROOT_CONTEXT) {
  const { origin, pathname, hostname, port, protocol } = new URL(address, location.href);
  const attributes = {
    [ATTRIBUTES.httpRequestMethod]: method,
    [ATTRIBUTES.urlFull]: origin + pathname,
    [ATTRIBUTES.serverAddress]: hostname,
    [ATTRIBUTES.serverPort]: Number(port || (protocol === 'https:' ? 443 : 80)),
  };
  return tracer.startSpan(method, { kind: SpanKind.CLIENT, attributes }, parent);
}

function fail(span: Span, errorType: string): void {
  span.setStatus({ code: SpanStatusCode.ERROR });
  span.setAttribute(ATTRIBUTES.errorType, errorType);
}
