import type { Static } from 'typebox';
import type { Metrics } from '@aio/catalog/instruments';
import { defineRoute, jsonBody, type Route } from '../../http/define-route.ts';
import { empty, json, reply } from '../../http/reply.ts';
import type { RouteDeps } from '../route-deps.ts';
import { readSpans } from './read-spans.ts';
import { MAX_BODY_BYTES, SpansAnswer, SpansBody, TelemetrySchema, VitalsBody } from './schema.ts';

type Vital = Static<typeof VitalsBody>['vitals'][number];

/** Spans and web vitals from the web UI, for the collector and Prometheus. */
export function telemetryRoutes(
  deps: Pick<RouteDeps, 'browserTracing'> & {
    metrics: Pick<
      Metrics<'api'>,
      'webLargestContentfulPaint' | 'webInteractionToNextPaint' | 'webLayoutShift' | 'webSpans'
    >;
  },
): Route[] {
  const { browserTracing, metrics } = deps;

  const read = defineRoute({
    id: 'getTelemetry',
    tag: 'telemetry',
    summary: 'Get what a page should report',
    description: '`traces` is null if tracing is off.',
    method: 'GET',
    path: '/api/v1/telemetry',
    responses: { 200: json('The telemetry settings', TelemetrySchema) },
    handler: () =>
      reply(200, { traces: browserTracing === null ? null : { ratio: browserTracing.ratio } }),
  });

  const spans = defineRoute({
    id: 'postSpans',
    tag: 'telemetry',
    summary: 'Send spans of a page in a browser',
    description:
      'OTLP over HTTP in JSON, for the web UI. The API rejects spans that the web UI does not make, keeps the attributes in the catalogue, and exports the spans as service `aio-web`.',
    method: 'POST',
    path: '/api/v1/telemetry/traces',
    body: jsonBody(SpansBody, { maxBytes: MAX_BODY_BYTES }),
    responses: {
      200: json('Accepted, except for rejected spans', SpansAnswer),
      204: empty('Tracing is off: send no more spans'),
    },
    handler({ body }) {
      if (browserTracing === null) return reply(204, undefined);
      const { accepted, rejected } = readSpans(body, Date.now());
      browserTracing.export(accepted);
      metrics.webSpans.inc({ outcome: 'accepted' }, accepted.length);
      metrics.webSpans.inc({ outcome: 'rejected' }, rejected);
      if (rejected === 0) return reply(200, {});
      const errorMessage =
        'The rejected spans are not from the web UI, or are more than an hour old.';
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

  function observe({ name, route, value }: Vital): void {
    if (name === 'LCP') metrics.webLargestContentfulPaint.observe({ route }, value / 1000);
    if (name === 'INP') metrics.webInteractionToNextPaint.observe({ route }, value / 1000);
    if (name === 'CLS') metrics.webLayoutShift.observe({ route }, value);
  }

  return [read, spans, vitals];
}
