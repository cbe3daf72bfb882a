import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { parse } from 'yaml';
import { readTemplate, taskOf, variableOf } from '../../testing/ecs-template.ts';
import { readText } from '../../testing/files.ts';

const TEMPLATE = readTemplate();
const METRIC = 'aio_queue_expected_wait_seconds';
const [TRACES, EXPECTED_WAIT] = ['Traces', 'ExpectedWait'].map(
  (name) => TEMPLATE.Mappings['Collector']![name]!['Config']!,
) as [string, string];
const jaeger = process.env.TEST_JAEGER_PATH;
const withJaeger = {
  skip: jaeger ? false : 'no jaeger on this machine; `npm run servers -- jaeger` gets it',
};

interface CollectorConfig {
  receivers: Record<string, unknown>;
  processors: Record<string, unknown>;
  exporters: Record<string, unknown>;
  service: {
    pipelines: Record<string, Record<'receivers' | 'processors' | 'exporters', readonly string[]>>;
  };
}

test("the API's collector publishes the expected wait by queue", () => {
  const config = mergedConfig();
  const { scrape_configs: jobs } = (
    config.receivers['prometheus'] as {
      config: { scrape_configs: { static_configs: unknown; metric_relabel_configs: unknown }[] };
    }
  ).config;
  assert.equal(jobs.length, 1);
  const [port] = (taskOf(TEMPLATE, 'ApiTask').ContainerDefinitions[0]?.PortMappings ?? []).slice(
    -1,
  );
  assert.deepEqual(jobs[0]?.static_configs, [{ targets: [`127.0.0.1:${port?.ContainerPort}`] }]);
  assert.deepEqual(jobs[0]?.metric_relabel_configs, [
    { source_labels: ['__name__'], regex: METRIC, action: 'keep' },
  ]);
  const { metric_declarations } = config.exporters['awsemf'] as { metric_declarations: unknown };
  assert.deepEqual(metric_declarations, [
    { dimensions: [['queue']], metric_name_selectors: [METRIC] },
  ]);
  assert.ok(readText('observability/catalog/metrics/queue.ts').includes(`name: '${METRIC}'`));
});

test("the collector's pipelines use defined parts and variables, and receive at the address to which AIO sends", () => {
  const config = mergedConfig();
  for (const [name, pipeline] of Object.entries(config.service.pipelines)) {
    for (const kind of ['receivers', 'processors', 'exporters'] as const)
      for (const part of pipeline[kind]) assert.ok(part in config[kind], `${name}: ${part}`);
  }
  for (const [, name = ''] of [TRACES, EXPECTED_WAIT].join().matchAll(/\$\{env:(\w+)\}/g))
    variableOf(TEMPLATE, 'ApiTask', name);
  const { protocols } = config.receivers['otlp'] as {
    protocols: { http: { endpoint: string } };
  };
  for (const task of ['ApiTask', 'WorkerRunsTask', 'WorkerHttpTask', 'WorkerLlmTask']) {
    const choice = variableOf(TEMPLATE, task, 'OTEL_EXPORTER_OTLP_ENDPOINT') as {
      'Fn::If': string[];
    };
    assert.equal(choice['Fn::If'].at(-1), `http://${protocols.http.endpoint}`, task);
  }
});

// Jaeger replaces the collector. It has no AWS exporter.
test('a collector accepts the configuration of its environment', withJaeger, () => {
  const known = TRACES.replaceAll('awsxray', 'debug');
  const { status, stderr } = spawnSync(jaeger!, ['validate', '--config=env:COLLECTOR_TRACES'], {
    env: { COLLECTOR_TRACES: known },
    encoding: 'utf8',
  });
  assert.equal(status, 0, stderr);
});

/** Merges two configurations as the collector does. */
function mergedConfig(): CollectorConfig {
  const traces = parse(TRACES) as CollectorConfig;
  const wait = parse(EXPECTED_WAIT) as Omit<CollectorConfig, 'processors'>;
  return {
    receivers: { ...traces.receivers, ...wait.receivers },
    processors: traces.processors,
    exporters: { ...traces.exporters, ...wait.exporters },
    service: { pipelines: { ...traces.service.pipelines, ...wait.service.pipelines } },
  };
}
