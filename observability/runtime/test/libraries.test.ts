/** Only the named libraries create AIO's telemetry. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { BatchSpanProcessor, type ReadableSpan } from '@opentelemetry/sdk-trace';
import { Counter, Gauge, Histogram, Registry, Summary } from 'prom-client';
import { METRICS } from '@aio/catalog/metrics/all-metrics';
import { createMetrics } from '../metrics.ts';
import { newSpanId } from '@aio/tracing/span-ids';
import { startTelemetry } from '../telemetry.ts';
import { contextFromTraceparent } from '../trace-context.ts';
import { createTracing } from '../tracing.ts';
import { countExports, silentLog, telemetryConfig } from '../testing/telemetry.ts';

for (const process of ['api', 'worker'] as const)
  test(`every metric of ${process} is an instance of a Prometheus client class`, (t) => {
    const register = t.mock.method(Registry.prototype, 'registerMetric');
    createMetrics({ process, enabled: true, defaults: true, version: '1' });
    const registered = register.mock.calls.map(({ arguments: [metric] }) => metric);
    const own = Object.values(METRICS).filter(({ exposedBy }) =>
      ['both', process].includes(exposedBy),
    );
    assert.ok(registered.length > own.length, 'and some of the client itself');
    for (const metric of registered)
      assert.ok(
        [Counter, Gauge, Histogram, Summary].some((type) => metric instanceof type),
        metric.constructor.name,
      );
  });

test("every exported span is an instance of the SDK's class and passes its processor", async (t) => {
  const exported: ReadableSpan[] = [];
  t.mock.method(
    OTLPTraceExporter.prototype,
    'export',
    (spans: ReadableSpan[], done: (result: { code: number }) => void) => {
      exported.push(...spans);
      done({ code: 0 });
    },
  );
  const processed = t.mock.method(BatchSpanProcessor.prototype, 'onEnd');
  const telemetry = await startTelemetry(telemetryConfig('http://127.0.0.1:9'), {
    counters: countExports().counters,
    log: silentLog,
  });
  const tracing = createTracing('@aio/test');
  const parent = contextFromTraceparent(`00-${'1'.repeat(32)}-${newSpanId()}-01`);
  const theirs = trace.getTracer('a-library').startSpan('theirs', {}, parent);

  await tracing.inServerSpan({ method: 'GET', headers: {} }, async () => {
    await tracing.inSpan('httpClient', { method: 'GET' }, {}, () => {
      tracing.startChild('run', { workflow: 'child' })?.end();
    });
  });
  const times = { startTime: Date.now(), endTime: Date.now() + 1 };
  tracing.recordSpan('step', { kind: 'chosen' }, { parent, spanId: newSpanId(), ...times });
  tracing.recordSpan('step', { kind: 'fresh' }, { parent, ...times });
  theirs.end();
  await telemetry.shutdown();

  const names = exported.map(({ name }) => name);
  assert.deepEqual(names, ['run child', 'GET', 'GET', 'step chosen', 'step fresh', 'theirs']);
  for (const span of exported) assert.equal(span.constructor, theirs.constructor, span.name);
  assert.deepEqual(
    processed.mock.calls.map(({ arguments: [span] }) => span),
    exported,
  );
});
