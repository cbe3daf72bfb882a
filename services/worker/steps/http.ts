import { type Context, trace, SpanStatusCode, type Span } from '@opentelemetry/api';
import { type Dispatcher, request as sendRequest } from 'undici';
import { ATTRIBUTES } from '@aio/catalog/traces/attributes';
import { MAX_OUTPUT_BYTES } from '@aio/core/definition/limits';
import type { EvaluatedWith } from '@aio/core/definition/schema';
import type { Redactor } from '@aio/core/text/redact';
import { traceHeaders } from '@aio/runtime/trace-context';
import { errorTypeOf, type Tracing } from '@aio/runtime/tracing';
import { buildRequest, followRedirect, type HttpRequest } from './http-request.ts';
import { flattenHeaders, type HttpHeaders, parseBody, readText } from './http-response.ts';
import { parseRetryAfterMs } from './retry-after.ts';
import { StepError } from '@aio/core/run/step-outcome';
import type { StepCall, StepKind } from './step-kind.ts';

export interface HttpDeps {
  /** See `createGuardedAgent`. The caller closes it. */
  guardedAgent: Dispatcher;
  tracing: Tracing;
  /** Longest body in bytes; default: the limit of an output. */
  maxResponseBytes?: number;
  onHttpCall?: (report: HttpCallReport) => void;
}

/** Facts about one request, for metrics. */
export interface HttpCallReport {
  /** With its port, if it is not the scheme's. */
  host: string;
  /** Until the last byte of the answer, or the failure. */
  durationMs: number;
  /** Code of the failure; null = an answer, of any status. */
  errorType: string | null;
  /** Context of the attempt, for exemplars. */
  trace: Context;
  runId: string;
  /** Subject of the user who started the run. */
  owner: string;
}

interface Answer {
  status: number;
  headers: HttpHeaders;
  text: string;
}

const REDIRECTS = [301, 302, 303, 307, 308];
const SHOWN_CHARACTERS = 500;

/**
 * The kind `http`: sends a request; GET and HEAD without secrets follow redirects. Output: {status, headers, body}.
 * `execute` throws StepError `http_status`, `network_error`, `response_too_large`, `bad_response`,
 * `http_redirect`, `bad_url`, `address_refused`.
 */
export function createKind(deps: HttpDeps): StepKind<EvaluatedWith<'http'>> {
  return {
    kind: 'http',
    async execute(call) {
      let request = buildRequest(call);
      for (let resend = 0; ; resend += 1) {
        const answer = await exchange(deps, call, request, resend);
        const { location } = answer.headers;
        const { status } = answer;
        if (!REDIRECTS.includes(status) || location === undefined)
          return { type: 'succeeded', output: toOutput(answer, call.redactor) };
        request = followRedirect(call, request, { status, location, followed: resend });
      }
    },
  };
}

/** Sends one request and reads its answer, in a span and with a log line. */
async function exchange(
  deps: HttpDeps,
  call: StepCall,
  request: HttpRequest,
  resend: number,
): Promise<Answer> {
  const { url, method } = request;
  // Spans and logs have no query, because queries often contain tokens.
  const address = call.redactor.text(url.origin + url.pathname);
  const attributes = {
    [ATTRIBUTES.httpRequestMethod]: method,
    [ATTRIBUTES.urlFull]: address,
    [ATTRIBUTES.serverAddress]: call.redactor.text(url.hostname),
    [ATTRIBUTES.serverPort]: Number(url.port) || (url.protocol === 'https:' ? 443 : 80),
    ...(resend > 0 && { [ATTRIBUTES.httpRequestResendCount]: resend }),
  };
  const startedAt = performance.now();
  let errorType: string | null = null;
  const answer = await deps.tracing
    .inSpan('httpClient', { method }, { parent: call.trace, attributes }, (span) =>
      send(deps, call, request, span),
    )
    .catch((error: unknown) => {
      errorType = errorTypeOf(error);
      throw error;
    })
    .finally(() =>
      deps.onHttpCall?.({
        host: call.redactor.text(url.host),
        durationMs: performance.now() - startedAt,
        errorType,
        trace: call.trace,
        runId: call.runId,
        owner: call.owner,
      }),
    );
  const durationMs = Math.round(performance.now() - startedAt);
  const { status } = answer;
  const details = { status, duration_ms: durationMs };
  call.log[status >= 400 ? 'warn' : 'info'](
    `${method} ${address}: ${status} in ${durationMs} ms`,
    details,
  );
  return answer;
}

async function send(
  deps: HttpDeps,
  call: StepCall,
  { url, method, headers, body }: HttpRequest,
  span: Span,
): Promise<Answer> {
  // An unsampled span has no context of its own, so the trace continues from the attempt.
  const from = span.isRecording() ? trace.setSpan(call.trace, span) : call.trace;
  try {
    const response = await sendRequest(url, {
      dispatcher: deps.guardedAgent,
      method: method as Dispatcher.HttpMethod,
      headers: { ...headers, ...traceHeaders(from) },
      body,
      signal: call.signal,
    });
    const answered = flattenHeaders(response.headers);
    const text = await readText(response, answered, {
      maxBytes: deps.maxResponseBytes ?? MAX_OUTPUT_BYTES,
      takePlace: () => call.takePlace(),
    });
    describeAnswer(span, response.statusCode);
    return { status: response.statusCode, headers: answered, text };
  } catch (error) {
    if (call.signal.aborted) throw call.signal.reason;
    throw error instanceof StepError ? error : toNetworkError(error);
  }
}

function describeAnswer(span: Span, status: number): void {
  span.setAttribute(ATTRIBUTES.httpResponseStatusCode, status);
  if (status < 400) return;
  span.setStatus({ code: SpanStatusCode.ERROR });
  span.setAttribute(ATTRIBUTES.errorType, String(status));
}

function toOutput(answer: Answer, redactor: Redactor): unknown {
  const { status, headers, text } = answer;
  if (status >= 200 && status < 300) return { status, headers, body: parseBody(text, headers) };
  throw new StepError('http_status', `The server answered ${status}.`, {
    retryable: status === 429 || status >= 500,
    retryAfterMs: parseRetryAfterMs((name) => headers[name]),
    details: { status, body: redactor.text(text).slice(0, SHOWN_CHARACTERS) },
  });
}

/** Retryable, unless undici refuses the request itself. */
function toNetworkError(error: unknown): StepError {
  const { code, message } = error as { code?: string; message?: string };
  return new StepError(
    'network_error',
    `The request failed: ${message || code || String(error)}.`,
    {
      retryable: code !== 'UND_ERR_INVALID_ARG',
      ...(code !== undefined && { details: { reason: code } }),
      cause: error,
    },
  );
}
