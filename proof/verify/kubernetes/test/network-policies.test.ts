import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'yaml';
import { createFirewall, type Endpoint } from '../testing/network.ts';
import { readObjects, readTemplates, readText } from '../testing/files.ts';

/** Pods of the base and of overlays/try by name, with the labels of their templates. */
const pods = new Map(
  [...readTemplates('base'), ...readTemplates('overlays/try')].map(([name, { metadata }]) => [
    name,
    { name, namespace: 'aio', labels: metadata.labels ?? {} } satisfies Endpoint,
  ]),
);
const prometheus = { name: 'Prometheus', namespace: 'monitoring' };
const stranger = { name: 'a pod of another namespace', namespace: 'default' };
const dns = { name: 'CoreDNS', namespace: 'kube-system' };
const store = { name: 'a store outside', address: '10.20.0.7' };
const neighbour = { name: 'a private service', address: '10.30.0.7' };
const login = { name: 'the login service', address: '203.0.113.7' };
const vendor = { name: 'a vendor', address: '203.0.113.9' };
const publicStore = { name: 'a store on the internet', address: '203.0.113.8' };
const azure = { name: "Azure's platform", address: '168.63.129.16' };
const nat64 = { name: 'metadata through NAT64', address: '64:ff9b::a9fe:a9fe' };
const metadata = { name: "the cloud's metadata", address: '169.254.169.254' };

function pod(name: string): Endpoint {
  const found = pods.get(name);
  assert.ok(found, name);
  return found;
}

type Connection = [from: Endpoint, to: Endpoint, port: number];
const api = pod('aio-api');
const worker = pod('aio-worker');
const web = pod('aio-web');
const migrate = pod('aio-migrate');

function check(files: readonly string[], open: Connection[], shut: Connection[]): void {
  const isOpen = createFirewall(files.flatMap((folder) => readObjects(folder)));
  const describe = ([from, to, port]: Connection) => `${from.name} to ${to.name}, ${port}`;
  assert.deepEqual(open.filter((one) => !isOpen(...one)).map(describe), [], 'is shut');
  assert.deepEqual(shut.filter((one) => isOpen(...one)).map(describe), [], 'is open');
}

test('the base allows only the connections that AIO needs', () => {
  const asking = [api, worker, migrate];
  check(
    ['base'],
    [
      [stranger, web, 3000],
      [web, api, 8080],
      ...[...asking, web].map((from): Connection => [from, dns, 53]),
      ...asking.map((from): Connection => [from, store, 5432]),
      ...[api, worker].map((from): Connection => [from, store, 6379]),
      [api, login, 443],
      [api, prometheus, 9090],
      [worker, prometheus, 4318],
      [worker, vendor, 443],
    ],
    [
      [stranger, api, 8080],
      [worker, api, 8080],
      [prometheus, api, 9464],
      [stranger, worker, 9465],
      [web, store, 5432],
      [web, vendor, 443],
      [migrate, vendor, 443],
      [worker, neighbour, 443],
      [worker, metadata, 80],
      [worker, azure, 80],
      [worker, nat64, 80],
      [migrate, publicStore, 5432],
      [api, publicStore, 6379],
      [worker, stranger, 443],
    ],
  );
});

test('the component monitoring lets Prometheus scrape metrics', () => {
  check(
    ['base', 'components/monitoring'],
    [
      [prometheus, api, 9464],
      [prometheus, worker, 9465],
    ],
    [
      [stranger, api, 9464],
      [prometheus, api, 8080],
    ],
  );
});

test('overlays/try allows connections to its stores', () => {
  const keycloak = pod('keycloak');
  check(
    ['base', 'overlays/try'],
    [
      ...[api, worker, migrate].map((from): Connection => [from, pod('postgres'), 5432]),
      ...[api, worker].map((from): Connection => [from, pod('redis'), 6379]),
      ...[api, worker].map((from): Connection => [from, pod('jaeger'), 4318]),
      [api, keycloak, 8180],
      [api, pod('jaeger'), 16_686],
      [keycloak, web, 3000],
      [worker, pod('simulator'), 8090],
    ],
    [
      [worker, keycloak, 8180],
      [web, keycloak, 8180],
      [api, pod('simulator'), 8090],
    ],
  );
});

test('overlays/production allows only the subnet of the stores', () => {
  const { patches } = parse(readText('overlays/production/kustomization.yaml')) as {
    patches: { target: { name: string }; patch: string }[];
  };
  const patch = patches.find(({ target }) => target.name === 'aio-stores')?.patch ?? '';
  const [{ path, value } = { path: '', value: [] }] = parse(patch) as {
    path: string;
    value: { ipBlock: { cidr: string } }[];
  }[];
  assert.equal(path, '/spec/egress/0/to');
  assert.deepEqual(
    value.map(({ ipBlock }) => ipBlock.cidr),
    ['10.20.0.0/24'],
  );
});
