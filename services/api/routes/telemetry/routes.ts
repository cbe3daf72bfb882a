import type { Static } from 'typebox';
import type { Metrics } from '@aio/catalog/metrics/instruments';
import { isMember } from '../../auth/principal.ts';
import { defineRoute, jsonBody, type Route, SMALL } from '../../http/define-route.ts';
import { empty, json, reply } from '../../http/reply.ts';
import type { RouteDeps } from '../route-deps.ts';
import { TelemetrySchema, VitalsBody } from './schema.ts';

type Vital = Static<typeof VitalsBody>['vitals'][number];

/** Web vitals from the web UI, and which share of its traces it should begin as sampled. */
export function telemetryRoutes(
  deps: Pick<RouteDeps, 'browserTracesRatio'> & {
    metrics: Pick<
      Metrics<'api'>,
      'webLargestContentfulPaint' | 'webInteractionToNextPaint' | 'webLayoutShift'
    >;
  },
): Route[] {
  const { browserTracesRatio: ratio, metrics } = deps;

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
      if (ratio === null || !isMember(principal)) return reply(200, { traces: null });
      return reply(200, { traces: { ratio } });
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

  return [read, vitals];
}
