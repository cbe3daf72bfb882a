import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';

const path = (file: string) => join(import.meta.dirname, '..', file);
const read = (file: string) => readFileSync(path(file), 'utf8');
const files = ['jaeger/jaeger.yaml', 'otel-collector/collector.yaml'] as const;
const [jaeger, collector] = files.map((file) => parse(read(file))) as [Config, Config];

interface Config {
  connectors: { spanmetrics: { metrics_flush_interval: string } };
  exporters: { prometheus: { endpoint: string }; otlphttp?: { endpoint: string } };
  extensions: { jaeger_query: { http: { endpoint: string } } };
  receivers: { otlp: { protocols: { http: { endpoint: string } } } };
}

// A collector's components are Jaeger's as well: it is one, with a storage.
const program = process.env.TEST_JAEGER_PATH;
const withJaeger = {
  skip: program ? false : 'no jaeger on this machine; `npm run servers -- jaeger` gets it',
};

function validate(file: string) {
  return spawnSync(program as string, ['validate', `--config=${file}`], { encoding: 'utf8' });
}

for (const file of files) {
  test(`jaeger takes ${file}`, withJaeger, () => {
    const { status, stderr } = validate(path(file));
    assert.equal(status, 0, stderr);
  });

  test(`jaeger refuses ${file} with a word that it does not know`, withJaeger, (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'aio-jaeger-'));
    t.after(() => rmSync(folder, { recursive: true }));
    const wrong = join(folder, 'wrong.yaml');
    writeFileSync(wrong, read(file).replace('histogram:', 'histograms:'));
    const { status, stderr } = validate(wrong);
    assert.notEqual(status, 0);
    assert.match(stderr, /histograms/);
  });
}

/** What a value with a default is when nobody sets the variable. */
const defaultOf = (text: string) => text.replaceAll(/\$\{env:\w+:-([^}]*)\}/g, '$1');
const portOf = (text: string) =>
  Number(new URL(`http://${defaultOf(text).replace(/^\w+:\/\//, '')}`).port);

test('Prometheus scrapes where spans are counted', () => {
  const { scrape_configs: jobs } = parse(read('prometheus/prometheus.yml')) as {
    scrape_configs: { job_name: string; dns_sd_configs: { names: string[]; port: number }[] }[];
  };
  const job = jobs.find(({ job_name }) => job_name === 'span-metrics');
  for (const { exporters } of [jaeger, collector]) {
    assert.equal(portOf(exporters.prometheus.endpoint), job?.dns_sd_configs[0]?.port);
  }
});

test('the collector counts spans as Jaeger does, and sends to where Jaeger listens', () => {
  const countOf = ({ connectors: { spanmetrics } }: Config) => ({
    ...spanmetrics,
    metrics_flush_interval: defaultOf(spanmetrics.metrics_flush_interval),
  });
  assert.deepEqual(countOf(collector), countOf(jaeger));
  const target = portOf(collector.exporters.otlphttp?.endpoint ?? '');
  assert.equal(target, portOf(jaeger.receivers.otlp.protocols.http.endpoint));
});

test('Grafana reads traces where Jaeger shows them', () => {
  const { datasources } = parse(read('grafana/provisioning/datasources/datasources.yml')) as {
    datasources: { type: string; url: string }[];
  };
  const url = datasources.find(({ type }) => type === 'jaeger')?.url ?? '';
  assert.equal(Number(new URL(url).port), portOf(jaeger.extensions.jaeger_query.http.endpoint));
});
