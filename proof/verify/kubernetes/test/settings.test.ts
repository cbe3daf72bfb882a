import { readApiConfig } from '@aio/api/config';
import { LANES } from '@aio/core/definition/kinds/registry';
import { EnvironmentError } from '@aio/platform/settings/environment';
import { readWorkerConfig } from '@aio/worker/settings/config';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'yaml';
import {
  readObjects,
  readSecretsExample,
  readSettings,
  readTemplates,
  readText,
} from '../testing/files.ts';

/** A key like those of `npm run secrets -- key`. */
const KEY = Buffer.alloc(32, 7).toString('base64');
const PRODUCTION = {
  NODE_ENV: 'production',
  ...readSettings('base'),
  ...readSettings('overlays/production'),
  ...readSecretsExample(),
  AIO_SECRETS_KEY: KEY,
  AIO_OIDC_CLIENT_SECRET: 'a-secret-of-production',
};
const LANE_FOLDERS = ['http', 'llm', 'runs'];

/** The value of WORKER_KINDS in a lane's patch. */
function kindsOf(lane: string): string {
  const [, kinds = ''] =
    /name: WORKER_KINDS\n +value: (\S+)/.exec(readText(`base/worker/${lane}/kustomization.yaml`)) ??
    [];
  return kinds;
}

test('API and workers accept the settings of overlays/production with the example secrets', () => {
  assert.equal(readApiConfig(PRODUCTION).environment, 'production');
  for (const lane of LANE_FOLDERS)
    assert.equal(
      readWorkerConfig({ ...PRODUCTION, WORKER_KINDS: kindsOf(lane) }).environment,
      'production',
    );
});

test('API and workers accept the settings of the base in production', () => {
  const settings = { ...PRODUCTION, ...readSettings('base') };
  readApiConfig(settings);
  readWorkerConfig(settings);
});

test('API and workers refuse the settings of overlays/try in production', () => {
  const settings = { ...PRODUCTION, ...readSettings('overlays/try'), NODE_ENV: 'production' };
  assert.throws(() => readApiConfig(settings), EnvironmentError);
  assert.throws(() => readWorkerConfig(settings), EnvironmentError);
});

test('the example has exactly the secrets that pods use', () => {
  const used = [
    ...readTemplates('base').flatMap(([, { spec }]) =>
      spec.containers.flatMap(({ env = [] }) =>
        env.flatMap(({ valueFrom }) => valueFrom?.secretKeyRef?.key ?? []),
      ),
    ),
    ...Array.from(
      readText('base/worker/llm/kustomization.yaml').matchAll(/key: ([A-Z_]+)/g),
      ([, key = '']) => key,
    ),
  ];
  assert.deepEqual([...new Set(used)].sort(), Object.keys(readSecretsExample()).sort());
});

test('any OTLP backend receives traces by settings and a secret', () => {
  const settings = {
    ...PRODUCTION,
    OTEL_EXPORTER_OTLP_ENDPOINT: 'https://otlp.example.com',
    OTEL_EXPORTER_OTLP_HEADERS: 'x-api-key=key-of-the-backend',
  };
  assert.equal(readApiConfig(settings).otlpHeaders['x-api-key'], 'key-of-the-backend');
  readWorkerConfig(settings);
  const ofSpecification = ['ENDPOINT', 'PROTOCOL'].map((name) => `OTEL_EXPORTER_OTLP_${name}`);
  const others = ['OTEL_TRACES_SAMPLER', 'OTEL_TRACES_SAMPLER_ARG', 'OTEL_RESOURCE_ATTRIBUTES'];
  for (const name of [...ofSpecification, ...others]) assert.ok(name in readSettings('base'), name);
  for (const [name, { spec }] of readTemplates('base')) {
    if (!['aio-api', 'aio-worker'].includes(name)) continue;
    const env = new Map(spec.containers[0]?.env?.map((one) => [one.name, one]));
    const { valueFrom } = env.get('OTEL_EXPORTER_OTLP_HEADERS') ?? {};
    assert.equal(valueFrom?.secretKeyRef?.key, 'OTEL_EXPORTER_OTLP_HEADERS', name);
    assert.match(env.get('OTEL_RESOURCE_ATTRIBUTES')?.value ?? '', /\$\(RESOURCE_ATTRIBUTES\)$/);
  }
});

test('every pod that uses PostgreSQL has DATABASE_POOLER', () => {
  const asking = readTemplates('base').filter(([, { spec }]) =>
    spec.containers.some(({ env = [] }) => env.some(({ name }) => name === 'DATABASE_URL')),
  );
  assert.deepEqual(asking.map(([name]) => name).sort(), ['aio-api', 'aio-migrate', 'aio-worker']);
  assert.ok('DATABASE_POOLER' in readSettings('base'));
  for (const [name, { spec }] of asking) {
    const [{ env = [], envFrom = [] } = {}] = spec.containers;
    const hasAll = envFrom.some(({ configMapRef }) => configMapRef?.name === 'aio-settings');
    assert.ok(hasAll || env.some(({ name }) => name === 'DATABASE_POOLER'), name);
  }
});

test('only the API has REDIS_CACHE_URL', () => {
  const having = readTemplates('base').filter(([, { spec }]) =>
    spec.containers[0]?.env?.some(({ name }) => name === 'REDIS_CACHE_URL'),
  );
  assert.deepEqual(
    having.map(([name]) => name),
    ['aio-api'],
  );
});

test('each lane has exactly one Deployment', () => {
  const served = LANE_FOLDERS.map((lane) => {
    const { lanes } = readWorkerConfig({ WORKER_KINDS: kindsOf(lane) });
    return lane === 'runs' ? 'default' : [...lanes.keys()].join();
  });
  assert.equal(readWorkerConfig({ WORKER_KINDS: kindsOf('runs') }).lanes.size, 0);
  assert.deepEqual(served.sort(), [...LANES].sort());
});

test('workers scale by the expected wait of their own lane', () => {
  interface ScaledObject {
    scaleTargetRef: { name: string };
    triggers: { metricType: string; metadata: { query: string } }[];
  }
  const scaled = readObjects('components/keda').map(({ spec }) => spec as unknown as ScaledObject);
  const byTarget = scaled.map(({ scaleTargetRef, triggers }) => {
    assert.equal(triggers.length, 1);
    const [trigger] = triggers;
    assert.equal(trigger?.metricType, 'Value');
    return [scaleTargetRef.name, trigger?.metadata.query];
  });
  const expected = LANE_FOLDERS.map((lane) => {
    const queue = lane === 'runs' ? 'default' : lane;
    return [`aio-worker-${lane}`, `max(aio_queue_expected_wait_seconds{queue="${queue}"})`];
  });
  assert.deepEqual(byTarget, expected);
});

test('the network policy lets Prometheus scrape the ports of the PodMonitors', () => {
  const ports = readTemplates('base').flatMap(([, { spec }]) =>
    spec.containers.flatMap(({ ports = [] }) =>
      ports.filter(({ name }) => name === 'metrics').map(({ containerPort }) => containerPort),
    ),
  );
  const { spec } = parse(readText('components/monitoring/network-policy.yaml')) as {
    spec: { ingress: { ports: { port: number }[] }[] };
  };
  assert.deepEqual(spec.ingress[0]?.ports.map(({ port }) => port).sort(), ports.sort());
});
