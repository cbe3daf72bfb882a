import { createServer, type Server } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Kubectl } from './kubectl.ts';

const RESOURCE = 'metrics.k8s.io';
const EXTERNAL = 'external.metrics.k8s.io';
const VERSION = 'v1beta1';
/** Namespace of both Services. */
const NAMESPACE = 'kube-system';

interface PodList {
  items: { metadata: { name: string; namespace: string; labels: object }; spec: PodSpec }[];
}

interface PodSpec {
  containers: { name: string }[];
}

/** A metrics API with values that the checks set, because simulated containers use no CPU. */
export interface MetricsApi {
  /** CPU of every container, e.g. `400m`. */
  cpu: string;
  /** Value of every external metric. */
  external: string;
  close(): Promise<void>;
}

/**
 * Replaces the metrics servers of Kubernetes and KEDA, and registers itself with the API server on loopback.
 * @param certificate the API server's own
 */
export async function startMetricsApi(
  kubectl: Kubectl,
  certificate: { cert: string; key: string },
): Promise<MetricsApi> {
  const figures = { cpu: '100m', external: '0' };
  const server = createServer(certificate, (request, response) => {
    answer(request, kubectl, figures).then(
      (body) => send(response, body === undefined ? 404 : 200, body ?? {}),
      (error: unknown) => send(response, 500, { message: String(error) }),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await kubectl.run(['apply', '--server-side', '--filename=-'], registrations(port));
  const names = [RESOURCE, EXTERNAL].map((group) => `apiservice/${VERSION}.${group}`);
  await kubectl.run(['wait', '--for=condition=Available', ...names, '--timeout=60s']);
  return Object.assign(figures, { close: () => closeServer(server) });
}

/** @returns undefined = not found */
async function answer(
  { url = '/' }: IncomingMessage,
  kubectl: Kubectl,
  figures: { cpu: string; external: string },
): Promise<object | undefined> {
  const { pathname, searchParams } = new URL(url, 'https://localhost');
  const [, , group = '', , , namespace = '', metric = ''] = pathname.split('/');
  if (pathname === `/apis/${RESOURCE}/${VERSION}`) return resources(RESOURCE, 'pods', 'PodMetrics');
  if (pathname === `/apis/${EXTERNAL}/${VERSION}`)
    return resources(EXTERNAL, '*', 'ExternalMetricValueList');
  const timestamp = new Date().toISOString();
  if (group === EXTERNAL && metric !== '') {
    const item = { metricName: metric, metricLabels: null, timestamp, value: figures.external };
    return list(EXTERNAL, 'ExternalMetricValueList', [item]);
  }
  if (group !== RESOURCE || metric !== 'pods') return undefined;
  const selector = searchParams.get('labelSelector') ?? '';
  const asked = ['get', 'pods', `--namespace=${namespace}`, `--selector=${selector}`];
  const { stdout } = await kubectl.run([...asked, '--output=json']);
  const items = (JSON.parse(stdout) as PodList).items.map(({ metadata, spec }) => ({
    metadata: { name: metadata.name, namespace: metadata.namespace, labels: metadata.labels },
    timestamp,
    window: '15s',
    containers: spec.containers.map(({ name }) => ({
      name,
      usage: { cpu: figures.cpu, memory: '128Mi' },
    })),
  }));
  return list(RESOURCE, 'PodMetricsList', items);
}

function resources(group: string, name: string, kind: string): object {
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: `${group}/${VERSION}`,
    resources: [{ name, singularName: '', namespaced: true, kind, verbs: ['get', 'list'] }],
  };
}

function list(group: string, kind: string, items: readonly object[]): object {
  return { kind, apiVersion: `${group}/${VERSION}`, metadata: {}, items };
}

function registrations(port: number): string {
  const items = [RESOURCE, EXTERNAL].flatMap((group) => {
    const name = group.replaceAll('.', '-');
    return [
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name, namespace: NAMESPACE },
        spec: { type: 'ExternalName', externalName: 'localhost' },
      },
      {
        apiVersion: 'apiregistration.k8s.io/v1',
        kind: 'APIService',
        metadata: { name: `${VERSION}.${group}` },
        spec: {
          group,
          version: VERSION,
          service: { name, namespace: NAMESPACE, port },
          insecureSkipTLSVerify: true,
          groupPriorityMinimum: 100,
          versionPriority: 100,
        },
      },
    ];
  });
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
