import type { Static } from 'typebox';
import type { Metrics } from '@aio/catalog/metrics/instruments';
import type { ForeignSpan } from '@aio/runtime/foreign-spans';
import { isMember, type Principal } from '../../auth/principal.ts';
import { defineRoute, jsonBody, type Route, SMALL } from '../../http/define-route.ts';
import { empty, json, reply } from '../../http/reply.ts';
import type { RouteDeps } from '../route-deps.ts';
import { readSpans } from './read-spans.ts';
import { MAX_BODY_BYTES, SpansAnswer, SpansBody, TelemetrySchema, VitalsBody } from './schema.ts';

type Vital = Static<typeof VitalsBody>['vitals'][number];

/** Spans and web vitals from the web UI, for the collector and Prometheus. */
export function telemetryRoutes(
  deps: Pick<RouteDeps, 'browserTracing' | 'sessionTraces' | 'takeSpan' | 'publicUrl'> & {
    metrics: Pick<
      Metrics<'api'>,
      | 'webLargestContentfulPaint'
      | 'webInteractionToNextPaint'
      | 'webLayoutShift'
      | 'webSpans'
      | 'rateLimited'
    >;
  },
): Route[] {
  const { browserTracing, sessionTraces, metrics } = deps;

  const read = defineRoute({
    id: 'getTelemetry',
    tag: 'telemetry',
    summary: 'Get what a page should report',
    description: '`traces` is null if tracing is off, or if you are neither builder nor admin.',
    method: 'GET',
    atMost: SMALL,
    path: '/api/v1/telemetry',
    responses: { 200: json('The telemetry settings', TelemetrySchema) },
    handler({ principal }) {
      if (browserTracing === null || !isMember(principal)) return reply(200, { traces: null });
      return reply(200, { traces: { ratio: browserTracing.ratio } });
    },
  });

  const spans = defineRoute({
    id: 'postSpans',
    tag: 'telemetry',
    summary: 'Send spans of a page in a browser',
    description:
      'OTLP over HTTP in JSON, for the web UI. The API accepts spans only in sampled traces that requests of your session began in the last 15 minutes, up to the quota `spans`. It rejects spans that the web UI does not make, keeps the attributes in the catalogue, and exports the spans as service `aio-web`.',
    method: 'POST',
    path: '/api/v1/telemetry/traces',
    body: jsonBody(SpansBody, { maxBytes: MAX_BODY_BYTES }),
    responses: {
      200: json('Accepted, except for rejected spans', SpansAnswer),
      204: empty('Tracing is off: send no more spans'),
    },
    async handler({ body, principal }) {
      if (browserTracing === null) return reply(204, undefined);
      const { publicUrl } = deps;
      const { subject } = principal;
      const read = readSpans(body, { nowMs: Date.now(), publicUrl, subject });
      const own = await ownSpans(read.accepted, principal);
      const accepted = own.filter(() => deps.takeSpan(subject));
      const rejected = read.rejected + read.accepted.length - accepted.length;
      if (accepted.length < own.length) metrics.rateLimited.inc({ policy: 'spans' });
      browserTracing.export(accepted);
      metrics.webSpans.inc({ outcome: 'accepted' }, accepted.length);
      metrics.webSpans.inc({ outcome: 'rejected' }, rejected);
      if (rejected === 0) return reply(200, {});
      const errorMessage =
        'The rejected spans are not from the web UI, are more than an hour old, are in traces that no sampled request of your session began, or exceed the quota "spans".';
      return reply(200, { partialSuccess: { rejectedSpans: rejected, errorMessage } });
    },
  });

  const vitals = defineRoute({
    id: 'postVitals',
    tag: 'telemetry',
    summary: 'Send web vitals of pages in a browser',
    method: 'POST',
    path: '/api/v1/telemetry/vitals',
    body: jsonBody(VitalsBody),
    responses: { 204: empty('Counted') },
    handler({ body }) {
      for (const vital of body.vitals) observe(vital);
      return reply(204, undefined);
    },
  });

  /** The spans in traces that requests of the caller's session began. */
  async function ownSpans(
    spans: readonly ForeignSpan[],
    { session }: Principal,
  ): Promise<ForeignSpan[]> {
    if (session === undefined) return [];
    const ids = spans.map(({ traceId }) => traceId);
    const own = await sessionTraces.ofSession(session, ids);
    return spans.filter(({ traceId }) => own.has(traceId));
  }

  function observe({ name, route, value }: Vital): void {
    if (name === 'LCP') metrics.webLargestContentfulPaint.observe({ route }, value / 1000);
    if (name === 'INP') metrics.webInteractionToNextPaint.observe({ route }, value / 1000);
    if (name === 'CLS') metrics.webLayoutShift.observe({ route }, value);
  }

  return [read, spans, vitals];
}
