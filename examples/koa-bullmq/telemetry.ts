import { trace } from '@opentelemetry/api';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { Pool } from 'pg';
import { bullmqTelemetry } from './copied/bullmq-telemetry.ts';
import { observePool } from './copied/observe-pg.ts';
import { createSpans } from './copied/spans.ts';

const SCOPE = { scope: 'shop' };

/** Exports to OTEL_EXPORTER_OTLP_ENDPOINT. */
export function startTracing(serviceName: string): NodeSDK {
  const sdk = new NodeSDK({ serviceName, instrumentations: [], metricReaders: [] });
  sdk.start();
  return sdk;
}

export const spans = createSpans(SCOPE);

/** Queue and worker with one trace from the request to the job's own work. */
export const queueOptions = {
  connection: { url: process.env.REDIS_URL ?? 'redis://localhost:6379' },
  telemetry: bullmqTelemetry(SCOPE),
};

/** A pool whose queries are spans. */
export function openPool(): Pool {
  const connectionString = process.env.DATABASE_URL ?? 'postgres://localhost/shop';
  return observePool(new Pool({ connectionString }), SCOPE);
}

/** The trace of an observation, if it is sampled. */
export function exemplar(trace_id = activeTraceId()): { trace_id: string } | undefined {
  return trace_id === undefined ? undefined : { trace_id };
}

function activeTraceId(): string | undefined {
  const active = trace.getActiveSpan();
  return active?.isRecording() ? active.spanContext().traceId : undefined;
}
