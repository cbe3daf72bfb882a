import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { contextWith, WITH_PAGES, WITHOUT_PAGES } from '../testing/server-context.ts';
import { bringPrometheus } from './servers.ts';
import { bringTracing, listTracingPorts } from './tracing.ts';

test('runs link to a Jaeger with a UI', async (t) => {
  const context = await contextWith(t, 'jaeger', WITH_PAGES);
  assert.equal((await bringTracing(context)).JAEGER_UI_URL, context.url);
});

test('runs have traces but no link if Jaeger only has a placeholder page', async (t) => {
  const context = await contextWith(t, 'jaeger', WITHOUT_PAGES.jaeger);
  const settings = await bringTracing(context);
  assert.deepEqual(Object.keys(settings), [
    'OTEL_EXPORTER_OTLP_ENDPOINT',
    'OTEL_LOGS_EXPORTER',
    'JAEGER_QUERY_URL',
  ]);
  assert.match(context.lines.join('\n'), /jaeger +ready .*without UI/);
});

test('sends no logs to Jaeger, but to a given log receiver', async (t) => {
  const context = await contextWith(t, 'jaeger', WITHOUT_PAGES.jaeger);
  assert.equal((await bringTracing(context)).OTEL_LOGS_EXPORTER, 'none');
  const given = { ...context.given, otlpLogsEndpoint: 'http://loki:3100/otlp/v1/logs' };
  assert.equal('OTEL_LOGS_EXPORTER' in (await bringTracing({ ...context, given })), false);
});

for (const [name, variable] of [
  ['otlpEndpoint', 'OTEL_EXPORTER_OTLP_ENDPOINT'],
  ['otlpTracesEndpoint', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'],
] as const)
  test(`starts no Jaeger if ${variable} is set`, async (t) => {
    const context = await contextWith(t, 'jaeger', WITH_PAGES);
    const given = { ...context.given, [name]: 'http://me:secret@collector:4318' };
    assert.deepEqual(listTracingPorts({ ...context, given }), []);
    assert.deepEqual(await bringTracing({ ...context, given }), {
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
    });
    const line = new RegExp(`jaeger .*${variable}, http://me:\\*\\*\\*@collector:4318`);
    assert.match(context.lines.join('\n'), line);
  });

/** A machine without Jaeger. */
const withoutJaeger = (t: TestContext) => contextWith(t, 'prometheus', WITHOUT_PAGES.prometheus);
const jobsOf = (dataDir: string): string[] => {
  const config = readFileSync(join(dataDir, 'prometheus/prometheus.json'), 'utf8');
  return JSON.parse(config).scrape_configs.map((job: { job_name: string }) => job.job_name);
};

test('without Jaeger, spans go to the trace store, and no run links to pages', async (t) => {
  const context = await withoutJaeger(t);
  const { jaegerUi, otlpHttp } = context.ports;
  assert.deepEqual(await bringTracing(context), {
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${otlpHttp}`,
    OTEL_LOGS_EXPORTER: 'none',
    JAEGER_QUERY_URL: `http://127.0.0.1:${jaegerUi}`,
    JAEGER_UI_URL: '',
  });
  assert.match(context.lines.at(-1) ?? '', /trace-store +ready .* 2,000 traces in memory/);
  const parts = listTracingPorts(context);
  assert.deepEqual(
    parts.toSorted((a, b) => a.port - b.port),
    [jaegerUi, otlpHttp].toSorted().map((port) => ({ part: 'trace-store', port })),
  );
});

test('Prometheus scrapes span metrics of Jaeger, but none of the trace store', async (t) => {
  const context = await withoutJaeger(t);
  await bringPrometheus(context);
  assert.deepEqual(jobsOf(context.dataDir), ['api', 'worker', 'prometheus']);
});

test('TELEMETRY_ENABLED=false starts neither', async (t) => {
  const context = await withoutJaeger(t);
  const given = { ...context.given, isTelemetryOff: true };
  assert.deepEqual(await bringTracing({ ...context, given }), {});
  assert.deepEqual(listTracingPorts({ ...context, given }), []);
  assert.match(context.lines.join('\n'), /jaeger +left out +TELEMETRY_ENABLED is false$/);
});

test('a given JAEGER_QUERY_URL replaces the trace store', async (t) => {
  const context = await withoutJaeger(t);
  const given = {
    ...context.given,
    jaegerQueryUrl: 'http://jaeger.example:16686',
    otlpProtocol: 'http/json',
  };
  assert.deepEqual(await bringTracing({ ...context, given }), {
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
  });
  assert.deepEqual(listTracingPorts({ ...context, given }), []);
  assert.match(context.lines.join('\n'), /jaeger +given +JAEGER_QUERY_URL, http:\/\/jaeger/);
});

test('if the trace store does not start, the stack continues without traces', async (t) => {
  const context = await withoutJaeger(t);
  const taken = createServer().listen(context.ports.otlpHttp, '127.0.0.1');
  await once(taken, 'listening');
  t.after(() => taken.close());
  assert.deepEqual(await bringTracing(context), {});
  assert.match(context.lines.at(-1) ?? '', /trace-store +left out .*; traces are off$/);
});
