import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { run, temporaryFolder } from '@aio/catalog/testing/programs';
import { parse } from 'yaml';

const path = (file: string) => join(import.meta.dirname, '..', file);
const read = (file: string) => readFileSync(path(file), 'utf8');
const files = ['jaeger/jaeger.yaml', 'otel-collector/collector.yaml'] as const;
const [jaeger, collector] = files.map((file) => parse(read(file))) as [Config, Config];

interface Config {
  service: { pipelines: { traces: { processors: string[] } } };
  processors: Record<string, object>;
  connectors: Record<string, { metrics_flush_interval: string }>;
  exporters: { prometheus: { endpoint: string }; otlp_http?: { endpoint: string } };
  extensions: { jaeger_query: { http: { endpoint: string } } };
  receivers: { otlp: { protocols: { http: { endpoint: string } } } };
}

// Jaeger is a collector with storage, so it can run the collector's file. Jaeger 2.13 knows two components by their
// former names; the file uses the names that the collector's image accepts without a warning.
const FORMERLY = { span_metrics: 'spanmetrics', otlp_http: 'otlphttp' } as const;
const program = process.env.TEST_JAEGER_PATH;
const withJaeger = {
  skip: program ? false : 'no jaeger on this machine; `npm run servers -- jaeger` gets it',
};

for (const file of files) {
  test(`jaeger accepts ${file}, and refuses it with an unknown word`, withJaeger, (t) => {
    const folder = temporaryFolder(t);
    const validate = (name: string, text: string) => {
      writeFileSync(join(folder, name), text);
      return run(program, ['validate', `--config=${join(folder, name)}`]);
    };
    const text = Object.entries(FORMERLY).reduce(
      (all, [now, then]) => all.replaceAll(now, then),
      read(file),
    );
    const right = validate('right.yaml', text);
    assert.equal(right.status, 0, right.output);
    const wrong = validate('wrong.yaml', text.replace('histogram:', 'histograms:'));
    assert.notEqual(wrong.status, 0);
    assert.match(wrong.output, /histograms/);
  });
}

/** The value with its variables unset. */
const defaultOf = (text: string) => text.replaceAll(/\$\{env:\w+:-([^}]*)\}/g, '$1');
const portOf = (text: string) =>
  Number(new URL(`http://${defaultOf(text).replace(/^\w+:\/\//, '')}`).port);

test('Prometheus scrapes the span counts', () => {
  const { scrape_configs: jobs } = parse(read('prometheus/prometheus.yml')) as {
    scrape_configs: { job_name: string; static_configs?: { targets: string[] }[] }[];
  };
  const job = jobs.find(({ job_name }) => job_name === 'span-metrics');
  for (const { exporters } of [jaeger, collector]) {
    const [target = ''] = job?.static_configs?.[0]?.targets ?? [];
    assert.equal(portOf(exporters.prometheus.endpoint), portOf(target));
  }
});

test('the collector counts spans like Jaeger, and sends to the port of Jaeger', () => {
  const countOf = (connector: Config['connectors'][string] | undefined) => ({
    ...connector,
    metrics_flush_interval: defaultOf(connector?.metrics_flush_interval ?? ''),
  });
  const [ofCollector, ofJaeger] = [
    collector.connectors.span_metrics,
    jaeger.connectors.spanmetrics,
  ];
  assert.deepEqual(countOf(ofCollector), countOf(ofJaeger));
  const target = portOf(collector.exporters.otlp_http?.endpoint ?? '');
  assert.equal(target, portOf(jaeger.receivers.otlp.protocols.http.endpoint));
});

test('the collector’s file has no deprecated name', () => {
  for (const name of Object.values(FORMERLY))
    assert.doesNotMatch(read('otel-collector/collector.yaml'), new RegExp(`\\b${name}\\b`));
});

test('both refuse spans before they run out of memory', () => {
  for (const { service, processors } of [jaeger, collector]) {
    assert.equal(service.pipelines.traces.processors[0], 'memory_limiter');
    assert.ok(processors.memory_limiter);
  }
});

test('Grafana reads traces from the port of Jaeger', () => {
  const { datasources } = parse(read('grafana/provisioning/datasources/datasources.yml')) as {
    datasources: { type: string; url: string }[];
  };
  const url = datasources.find(({ type }) => type === 'jaeger')?.url ?? '';
  assert.equal(Number(new URL(url).port), portOf(jaeger.extensions.jaeger_query.http.endpoint));
});
