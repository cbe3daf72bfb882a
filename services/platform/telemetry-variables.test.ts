import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readEnvironment } from './environment.ts';
import { telemetrySettings, telemetryVariables } from './telemetry-variables.ts';

const BASE = 'http://collector:4318';
const TRACES = 'http://traces:4318/otlp/spans';
const LOGS = 'http://loki:3100/otlp/v1/logs';

/** Where spans and log records go; null = nowhere. */
function urlsWith(env: Record<string, string>): (string | null)[] {
  const values = { ...readEnvironment(telemetryVariables, env), environment: 'test' };
  const process = { serviceName: 'aio-test', version: '1', serviceInstanceId: 'x' };
  const { tracesUrl = null, logsUrl = null } = telemetrySettings(values, process);
  return [tracesUrl, logsUrl];
}

test('without an endpoint nothing is exported', () => {
  assert.deepEqual(urlsWith({}), [null, null]);
});

test('the base endpoint gets both signals, each below its path', () => {
  const both = [`${BASE}/v1/traces`, `${BASE}/v1/logs`];
  assert.deepEqual(urlsWith({ OTEL_EXPORTER_OTLP_ENDPOINT: BASE }), both);
  assert.deepEqual(urlsWith({ OTEL_EXPORTER_OTLP_ENDPOINT: `${BASE}/` }), both);
});

test('prefers the endpoint of a signal, unchanged', () => {
  const traces = { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: TRACES };
  const logs = { OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: LOGS };
  const base = { OTEL_EXPORTER_OTLP_ENDPOINT: BASE };
  assert.deepEqual(urlsWith({ ...base, ...traces }), [TRACES, `${BASE}/v1/logs`]);
  assert.deepEqual(urlsWith({ ...base, ...logs }), [`${BASE}/v1/traces`, LOGS]);
  assert.deepEqual(urlsWith({ ...base, ...traces, ...logs }), [TRACES, LOGS]);
});

test('the endpoint of one signal only exports that signal', () => {
  assert.deepEqual(urlsWith({ OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: LOGS }), [null, LOGS]);
  assert.deepEqual(urlsWith({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: TRACES }), [TRACES, null]);
});

test('exports to the default endpoint if enabled without one', () => {
  assert.deepEqual(
    urlsWith({ TELEMETRY_ENABLED: 'true', OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: LOGS }),
    ['http://localhost:4318/v1/traces', LOGS],
  );
});

test('each signal can be switched off', () => {
  const base = { OTEL_EXPORTER_OTLP_ENDPOINT: BASE };
  assert.deepEqual(urlsWith({ ...base, OTEL_LOGS_EXPORTER: 'none' }), [`${BASE}/v1/traces`, null]);
  assert.deepEqual(urlsWith({ ...base, TELEMETRY_ENABLED: 'false' }), [null, null]);
});
