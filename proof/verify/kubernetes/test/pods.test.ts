import { readWorkerConfig } from '@aio/worker/settings/config';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { readTemplates } from '../testing/files.ts';

const ROOT = resolve(import.meta.dirname, '../../../..');
/** API and worker exit at the latest this time after SIGTERM. */
const EXIT_DEADLINE_S = 24;

const base = readTemplates('base');
const tried = readTemplates('overlays/try');
const serving = base.filter(([name]) => name !== 'aio-migrate');

/** Text of a file of the project. */
function readRoot(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}

/** Paths by pod. An outage of PostgreSQL or Redis keeps web pods and APIs in their Services, so that APIs answer 503. */
const READINESS: Readonly<Record<string, string>> = {
  'aio-api': '/ready?require=process',
  'aio-web': '/health',
  'aio-worker': '/ready?require=database',
};

interface Probe {
  httpGet?: { path: string; port: string };
}

function probesOf(container: Record<string, unknown>): Record<string, Probe> {
  const names = ['startupProbe', 'livenessProbe', 'readinessProbe'];
  return Object.fromEntries(names.map((name) => [name, container[name] as Probe]));
}

// The API server checks the rest of Pod Security (`npm run kubernetes:verify`).
for (const [name, { spec }] of [...base, ...tried]) {
  test(`${name} has no token or addresses of Services, requests memory and has a limit`, () => {
    assert.equal(spec.automountServiceAccountToken, false);
    assert.equal(spec.enableServiceLinks, false);
    for (const { resources } of spec.containers) {
      const { requests, limits } = resources as Record<string, Record<string, string>>;
      assert.ok(requests?.cpu && requests.memory && limits?.memory);
    }
  });
}

for (const [name, { spec }] of base) {
  test(`${name} runs an image of Compose and cannot write to it`, () => {
    for (const { image, securityContext } of spec.containers) {
      assert.match(readRoot('docker-compose.yml'), new RegExp(`image: ${image}:`));
      assert.equal((securityContext as Record<string, unknown>).readOnlyRootFilesystem, true);
    }
  });
}

for (const [name, { spec }] of serving) {
  test(`${name} has the usual probes`, () => {
    const [container] = spec.containers;
    const { startupProbe, livenessProbe, readinessProbe } = probesOf(container ?? {});
    assert.equal(startupProbe?.httpGet?.path, '/health');
    assert.equal(livenessProbe?.httpGet?.path, '/health');
    assert.equal(readinessProbe?.httpGet?.path, READINESS[name]);
    const ports = container?.ports?.map((port) => port.name) ?? [];
    for (const probe of [startupProbe, livenessProbe, readinessProbe])
      assert.ok(ports.includes(probe?.httpGet?.port ?? ''), name);
  });

  test(`${name} has time to shut down`, () => {
    const { preStop } = (spec.containers[0]?.lifecycle ?? {}) as {
      preStop?: { sleep: { seconds: number } };
    };
    const seconds = spec.terminationGracePeriodSeconds ?? 30;
    assert.ok(seconds > EXIT_DEADLINE_S + (preStop?.sleep.seconds ?? 0), name);
    assert.equal(
      preStop !== undefined,
      name !== 'aio-worker',
      'pods that receive requests have a preStop',
    );
  });

  test(`${name} spreads over zones and nodes`, () => {
    const constraints = spec.topologySpreadConstraints as { topologyKey: string }[];
    assert.deepEqual(
      constraints.map(({ topologyKey }) => topologyKey),
      ['topology.kubernetes.io/zone', 'kubernetes.io/hostname'],
    );
  });
}

test("a worker's grace period exceeds WORKER_GRACE_MS and WORKER_LEASE_MS together", () => {
  const worker = base.find(([name]) => name === 'aio-worker')?.[1].spec;
  const env = Object.fromEntries(
    (worker?.containers[0]?.env ?? []).map(({ name, value }) => [name, value]),
  );
  const { graceMs, leaseMs } = readWorkerConfig({
    WORKER_GRACE_MS: env.WORKER_GRACE_MS,
    WORKER_LEASE_MS: env.WORKER_LEASE_MS,
  });
  assert.ok((worker?.terminationGracePeriodSeconds ?? 0) * 1000 > graceMs + leaseMs);
});

test('overlays/try uses the images of Compose', () => {
  const { services } = parse(readRoot('docker-compose.yml'), {
    merge: true,
  }) as { services: Record<string, { image: string }> };
  const images = Object.values(services).map(({ image }) => image);
  for (const [name, { spec }] of tried) {
    const { image = '' } = spec.containers[0] ?? {};
    if (name !== 'simulator') assert.ok(images.includes(image), image);
  }
});
