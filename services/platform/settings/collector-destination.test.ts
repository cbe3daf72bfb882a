import assert from 'node:assert/strict';
import { test } from 'node:test';
import { collectorDestination, destinationVariables } from './collector-destination.ts';
import { readEnvironment } from './environment.ts';

const configOf = (env: Record<string, string>) =>
  JSON.parse(collectorDestination(readEnvironment(destinationVariables, env))) as {
    exporters?: Record<string, object>;
  };

test('without an endpoint, the collector has no other destination', () => {
  assert.deepEqual(configOf({ OTEL_EXPORTER_OTLP_HEADERS: 'a=b' }), {});
});

test('the exporter has the endpoint, the decoded headers and the encoding', () => {
  const { exporters } = configOf({
    OTEL_EXPORTER_OTLP_ENDPOINT: 'https://otlp.example.com/otlp/',
    OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Basic%20a,x-dataset=$5 for ${env:HOME}',
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
  });
  assert.deepEqual(exporters, {
    'otlp_http/endpoint': {
      endpoint: 'https://otlp.example.com/otlp',
      encoding: 'proto',
      // The collector reads `$$` as a dollar.
      headers: { authorization: 'Basic a', 'x-dataset': '$$5 for $${env:HOME}' },
    },
  });
});
