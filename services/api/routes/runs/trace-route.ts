import type { Static } from 'typebox';
import { AIO } from '@aio/catalog/traces/attributes';
import type { ReceivedSpan } from '@aio/runtime/otlp/otlp-json';
import { defineRoute, type Route } from '../../http/define-route.ts';
import { json, reply } from '../../http/reply.ts';
import { isSampled } from '../../trace-links.ts';
import { spansOfRun } from '../../traces/spans-of-run.ts';
import type { RouteDeps } from '../route-deps.ts';
import { requireRun } from './read-run.ts';
import { RunParams } from './schema.ts';
import { RunTraceSchema, type SpanSchema } from './trace-schema.ts';

type Presented = Static<typeof RunTraceSchema>;
type Deps = Pick<RouteDeps, 'pool' | 'links' | 'readTrace' | 'receiverOfTraces'>;

/** Only runs with thousands of map items have more. */
const MAX_SPANS = 5000;

export function runTraceRoute(deps: Deps): Route {
  return defineRoute({
    id: 'getRunTrace',
    tag: 'runs',
    summary: 'Get the spans of a run',
    description:
      'From Jaeger. Open spans of a running run are missing. `missing` says why there are no spans.',
    method: 'GET',
    path: '/api/v1/runs/{id}/trace',
    params: RunParams,
    responses: { 200: json('The spans, by start time', RunTraceSchema) },
    async handler({ params: { id }, principal, signal }) {
      const { traceparent, owner } = await requireRun(deps, principal, id);
      const { receiverOfTraces: receiver } = deps;
      const link = deps.links(traceparent);
      const none = (missing: Presented['missing']) =>
        reply(200, { ...link, missing, receiver, isCut: false, spans: [] });
      if (deps.readTrace === null) return none(receiver ? 'elsewhere' : 'not_configured');
      if (link.traceId === null || !isSampled(traceparent)) return none('not_sampled');
      const spans = spansOfRun(await deps.readTrace(link.traceId, signal), { id, owner });
      if (spans.length === 0) return none('not_there');
      return reply(200, {
        ...link,
        missing: null,
        receiver,
        isCut: spans.length > MAX_SPANS,
        spans: spans.slice(0, MAX_SPANS).map(presentSpan),
      });
    },
  });
}

function presentSpan(span: ReceivedSpan): Static<typeof SpanSchema> {
  const { attributes } = span;
  return {
    id: span.spanId,
    parentId: span.parentSpanId,
    name: span.name,
    kind: span.kind,
    service: String(span.resource['service.name'] ?? ''),
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
