import type { ReceivedSpan } from '@aio/runtime/otlp/otlp-json';
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { TestContext } from 'node:test';
import type { Definition } from '@aio/tools/system/definition';
import { waitUntil } from '@aio/tools/system/wait-until';
import { type Canaries, TRACED_SECRET } from './traced-workflow.ts';
import { startTestSystem, type TestSystem } from '@aio/tools/testing/test-system';
import type { TraceBackend } from './trace-backend.ts';

/** Longer than a lease and a takeover. */
export const WITHIN_MS = 60_000;

export interface TracedRun {
  id: string;
  traceId: string;
  /** Span of the client that submitted the run. */
  clientSpanId: string;
  /** Resolves with the spans so far as soon as they are enough. */
  waitForSpans(isEnough: (spans: ReceivedSpan[]) => boolean): Promise<ReceivedSpan[]>;
}

/** Starts a system that traces everything. Its API keys and a secret are canaries. */
export async function startTracedSystem(
  t: TestContext,
  backend: TraceBackend,
  canaries: Canaries,
): Promise<TestSystem> {
  const system = await startTestSystem(t, {
    workers: 2,
    env: {
      TELEMETRY_ENABLED: 'true',
      OTEL_EXPORTER_OTLP_ENDPOINT: backend.endpoint,
      JAEGER_QUERY_URL: backend.queryUrl,
      OPENAI_API_KEY: canaries.openaiKey,
      ANTHROPIC_API_KEY: canaries.anthropicKey,
      // Half of it is the lock of a job, whose loss is an error in its span.
      WORKER_LEASE_MS: '6000',
    },
  });
  await system.api.putSecret(TRACED_SECRET, canaries.namedSecret);
  return system;
}

/** Submits a run as a client that has started the trace. */
export async function submitTraced(
  system: TestSystem,
  backend: TraceBackend,
  definition: Definition,
  canaries: Canaries,
): Promise<TracedRun> {
  await system.api.createWorkflow(definition);
  const [traceId, clientSpanId] = [randomBytes(16).toString('hex'), randomBytes(8).toString('hex')];
  const input = { simulator: system.simulator.url, secret: canaries.input };
  const path = `/workflows/${definition.name}/runs`;
  const response = await system.api.request(
    'POST',
    path,
    { input },
    {
      traceparent: `00-${traceId}-${clientSpanId}-01`,
      'x-api-key': canaries.requestHeader,
      cookie: `session=${canaries.cookie}`,
      baggage: `user=${canaries.baggage}`,
      'idempotency-key': canaries.idempotencyKey + definition.name,
    },
  );
  assert.equal(response.status, 202, await response.clone().text());
  const { id } = (await response.json()) as { id: string };
  return {
    id,
    traceId,
    clientSpanId,
    waitForSpans: (isEnough) =>
      waitUntil(`the spans of ${definition.name}`, WITHIN_MS, async () => {
        const spans = await backend.read(traceId);
        return isEnough(spans) ? spans : null;
      }),
  };
}

/** Sends a secret in a query parameter that the API refuses. @returns the trace id, once its span has arrived */
export async function requestRefused(
  system: TestSystem,
  backend: TraceBackend,
  canaries: Canaries,
): Promise<string> {
  const traceId = randomBytes(16).toString('hex');
  const traceparent = `00-${traceId}-${randomBytes(8).toString('hex')}-01`;
  const path = `/runs?token=${canaries.requestQuery}`;
  const { status } = await system.api.request('GET', path, undefined, { traceparent });
  assert.equal(status, 400);
  await waitUntil('the span of a request', WITHIN_MS, async () => {
    return (await backend.read(traceId)).length > 0;
  });
  return traceId;
}

export async function approve(system: TestSystem, run: TracedRun, comment: string): Promise<void> {
  const { id } = await waitUntil('an approval', WITHIN_MS, async () => {
    return (await system.api.listPendingApprovals()).find(({ runId }) => runId === run.id);
  });
  await system.api.post(`/approvals/${id}/decision`, { decision: 'approved', comment });
}
