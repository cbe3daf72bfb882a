import type { Static } from 'typebox';
import type { Metrics } from '@aio/catalog/instruments';
import type { ForeignSpan } from '@aio/runtime/foreign-spans';
import { defineRoute, jsonBody, type Route } from '../../http/define-route.ts';
import { empty, json, reply } from '../../http/reply.ts';
import type { RouteDeps } from '../route-deps.ts';
import { readSpans } from './read-spans.ts';
import { MAX_BODY_BYTES, SpansAnswer, SpansBody, TelemetrySchema, VitalsBody } from './schema.ts';

/** Where spans of browsers go. */
export interface BrowserTracing {
  /** Share of new traces that are kept, 0 to 1. */
  ratio: number;
  export(spans: readonly ForeignSpan[]): void;
}

type Vital = Static<typeof VitalsBody>['vitals'][number];

/** What the web UI says of itself, on its way to the collector and to Prometheus. */
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
    summary: 'What a page should report',
    description: '`traces` is null where nobody wants spans.',
    method: 'GET',
    path: '/api/v1/telemetry',
    responses: { 200: json('What is wanted', TelemetrySchema) },
    handler: () =>
      reply(200, { traces: browserTracing === null ? null : { ratio: browserTracing.ratio } }),
  });

  const spans = defineRoute({
    id: 'postSpans',
    tag: 'telemetry',
    summary: 'Spans of a page in a browser',
    description:
      'OTLP over HTTP in its JSON encoding, for the web UI. Spans that it would not make are rejected; of the others, the attributes that the catalogue names are kept. They leave as those of the service `aio-web`.',
    method: 'POST',
    path: '/api/v1/telemetry/traces',
    body: jsonBody(SpansBody, { maxBytes: MAX_BODY_BYTES }),
    responses: {
      200: json('Accepted, but for those that are rejected', SpansAnswer),
      204: empty('Nobody wants spans: send no more'),
    },
    handler({ body }) {
      if (browserTracing === null) return reply(204, undefined);
      const { accepted, rejected } = readSpans(body, Date.now());
      browserTracing.export(accepted);
      metrics.webSpans.inc({ outcome: 'accepted' }, accepted.length);
      metrics.webSpans.inc({ outcome: 'rejected' }, rejected);
      if (rejected === 0) return reply(200, {});
      const errorMessage = 'These are no spans of the web UI, or not of the last hour.';
      return reply(200, { partialSuccess: { rejectedSpans: rejected, errorMessage } });
    },
  });

  const vitals = defineRoute({
    id: 'postVitals',
    tag: 'telemetry',
    summary: 'Web vitals of pages in a browser',
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
