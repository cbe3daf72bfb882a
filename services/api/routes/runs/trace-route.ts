import type { Static } from 'typebox';
import { AIO } from '@aio/catalog/traces/attributes';
import type { ReceivedSpan } from '@aio/runtime/otlp/otlp-json';
import { defineRoute, type Route } from '../../http/define-route.ts';
import { json, reply } from '../../http/reply.ts';
import { isSampled } from '../../trace-links.ts';
import { MAX_TRACE_BYTES, MAX_TRACE_SPANS } from '../../traces/jaeger.ts';
import { spansOfRun } from '../../traces/spans-of-run.ts';
import type { RouteDeps } from '../route-deps.ts';
import { requireRun } from './read-run.ts';
import { RunParams } from './schema.ts';
import { RunTraceSchema, type SpanSchema } from './trace-schema.ts';

type Presented = Static<typeof RunTraceSchema>;
type Deps = Pick<RouteDeps, 'pool' | 'links' | 'readTrace' | 'receiverOfTraces' | 'atOnce'>;

/** Processes send spans a few seconds after they end. */
const SENT_WITHIN_MS = 60_000;
/** The name is repeated in each span. */
const MAX_NAME_CHARACTERS = 255;

export function runTraceRoute(deps: Deps): Route {
  return defineRoute({
    id: 'getRunTrace',
    tag: 'runs',
    summary: 'Get the spans of a run',
    description: `From Jaeger: the first ${MAX_TRACE_BYTES / 2 ** 20} MB of the trace, and at most ${MAX_TRACE_SPANS.toLocaleString('en')} spans. Open spans of a running run are missing. \`missing\` says why there are no spans. One read at a time per caller.`,
    method: 'GET',
    atMost: { rows: MAX_TRACE_SPANS, bytes: 2 * MAX_TRACE_BYTES },
    path: '/api/v1/runs/{id}/trace',
    params: RunParams,
    responses: { 200: json('The spans, by start time', RunTraceSchema) },
    async handler(request) {
      const { params, principal, signal } = request;
      const { traceparent, finishedAt } = await requireRun(deps, principal, params.id);
      const { receiverOfTraces: receiver } = deps;
      const link = deps.links(traceparent);
      const none = (missing: Presented['missing']) =>
        reply(200, { ...link, missing, receiver, isCut: false, spans: [] });
      if (deps.readTrace === null) return none(receiver ? 'elsewhere' : 'not_configured');
      if (link.traceId === null || !isSampled(traceparent)) return none('not_sampled');
      deps.atOnce.enter('trace_reads', request);
      const read = await deps.readTrace(link.traceId, signal);
      const spans = spansOfRun(read.spans, params.id);
      if (spans.length === 0 && !read.isCut)
        return none(isLongOver(finishedAt) ? 'gone' : 'not_there');
      return reply(200, {
        ...link,
        missing: null,
        receiver,
        isCut: read.isCut,
        spans: spans.map(presentSpan),
      });
    },
  });
}

function isLongOver(finishedAt: Date | null): boolean {
  return finishedAt !== null && Date.now() - finishedAt.getTime() > SENT_WITHIN_MS;
}

function presentSpan(span: ReceivedSpan): Static<typeof SpanSchema> {
  const { attributes } = span;
  return {
    id: span.spanId,
    parentId: span.parentSpanId,
    name: span.name,
    kind: span.kind,
    service: String(span.resource['service.name'] ?? '').slice(0, MAX_NAME_CHARACTERS),
    startMs: span.startTime,
    durationMs: Math.max(0, span.endTime - span.startTime),
    status: span.status,
    runId: textOrNull(attributes[AIO.runId]),
    step: textOrNull(attributes[AIO.stepId]),
    iteration:
      Number(attributes[AIO.stepIteration] ?? -1) < 0
        ? null
        : Number(attributes[AIO.stepIteration]),
    attributes,
    links: span.links,
    events: span.events,
  };
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
