import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EnvironmentError, readEnvironment } from './environment.ts';
import {
  receiverOfTraces,
  telemetrySecrets,
  telemetrySettings,
  telemetryVariables,
} from './telemetry-variables.ts';

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

const read = (env: Record<string, string>) => readEnvironment(telemetryVariables, env);
const refusal = (env: Record<string, string>): string => {
  try {
    read(env);
  } catch (error) {
    if (error instanceof EnvironmentError) return error.message;
  }
  return 'accepted';
};

test('headers are percent-decoded, and logs show none of them', () => {
  const values = read({
    OTEL_EXPORTER_OTLP_ENDPOINT: 'https://me:pass%20word@otlp.example.com',
    OTEL_EXPORTER_OTLP_HEADERS: 'Authorization=Basic%20YWJj=, x-dataset=aio,',
  });
  assert.deepEqual(values.otlpHeaders, { Authorization: 'Basic YWJj=', 'x-dataset': 'aio' });
  assert.deepEqual(telemetrySecrets(values), ['Basic YWJj=', 'aio', 'pass word']);
});

test('the error of wrong headers does not show them', () => {
  for (const wrong of ['my-secret', '=my-secret', 'my-secret=', 'a b=my-secret', 'a=my-secret%2']) {
    const message = refusal({ OTEL_EXPORTER_OTLP_HEADERS: wrong });
    assert.match(message, /^OTEL_EXPORTER_OTLP_HEADERS: expected pairs key=value/);
    assert.doesNotMatch(message, /my-secret/);
  }
});

test('gRPC is refused, and the error says what to do', () => {
  const message = refusal({ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' });
  assert.match(message, /expected http\/json or http\/protobuf \(not gRPC: .*4318\), got "grpc"/);
});

test('the receiver of traces is named by its host', () => {
  assert.equal(receiverOfTraces(read({})), null);
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: 'https://me:word@otlp.example.com:4318/otlp' };
  assert.equal(receiverOfTraces(read(env)), 'otlp.example.com:4318');
  assert.equal(receiverOfTraces(read({ ...env, TELEMETRY_ENABLED: 'false' })), null);
});
