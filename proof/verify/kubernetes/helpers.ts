import { StackError } from '@aio/tools/stack-error';
import { execFileSync } from 'node:child_process';
import type { Kubectl } from './kubectl.ts';
import { NAMESPACE } from './manifest.ts';
import { TAG } from './images.ts';
import type { Pod } from './checks/pods.ts';

/** Pods of verify, outside AIO's namespace. */
export interface Helpers {
  /** Sends a signal to all processes of a pod's container, from outside, as the kernel or a hung disk would. */
  signal(pod: Pod | undefined, name: 'KILL' | 'STOP' | 'CONT'): Promise<void>;
  /** Sets what the metrics APIs answer: CPU of pods, e.g. `400m`, and the value of every external metric. */
  measure(figures: {
    cpu?: { pods: readonly Pod[]; value: string };
    external?: string;
  }): Promise<void>;
  /** Ends the metrics APIs, so that autoscalers do nothing. */
  stopMetrics(): Promise<void>;
  stop(): Promise<void>;
}

const HOME = 'aio-verify';
const RESOURCE = 'metrics.k8s.io';
const EXTERNAL = 'external.metrics.k8s.io';
const VERSION = 'v1beta1';
const API_SERVICES = [RESOURCE, EXTERNAL].map((group) => `${VERSION}.${group}`);
/** Of the HorizontalPodAutoscaler that KEDA makes. */
export const EXTERNAL_METRIC = 's0-prometheus';

/** Answers by path, with the present time. Simulates the metrics servers of Kubernetes and KEDA. */
const SERVER = `
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
const read = (file) => readFileSync(file, 'utf8');
createServer({ cert: read('/tls/tls.crt'), key: read('/tls/tls.key') }, ({ url }, response) => {
  const answer = JSON.parse(read('/tmp/answers.json'))[url.split('?')[0]];
  response.writeHead(answer ? 200 : 404, { 'content-type': 'application/json' });
  response.end(JSON.stringify(answer ?? {}).replaceAll('NOW', new Date().toISOString()));
}).listen(8443);
`;

/** Starts an agent on each node, which sees all its processes, and the metrics APIs. */
export async function startHelpers(kubectl: Kubectl): Promise<Helpers> {
  const apply = (items: readonly object[]) =>
    kubectl.run(
      ['apply', '--server-side', '--filename=-'],
      JSON.stringify({ apiVersion: 'v1', kind: 'List', items }),
    );
  await apply(objects());
  const within = `--namespace=${HOME}`;
  const wait = (...args: string[]) => kubectl.run(['wait', ...args, '--timeout=100s']);
  await kubectl.run(['rollout', 'status', 'daemonset/agent', within, '--timeout=100s']);
  await wait('--for=condition=Ready', 'pod/metrics', within);
  const answer = (answers: object) =>
    kubectl.run(
      ['exec', '--stdin', within, 'metrics', '--', 'sh', '-c', 'cat >/tmp/answers.json'],
      JSON.stringify(answers),
    );
  return {
    async signal(pod, name) {
      const id = pod?.status.containerStatuses?.[0]?.containerID?.split('//')[1];
      if (id === undefined) throw new StackError('the pod has no container');
      const onNode = `--field-selector=spec.nodeName=${pod?.spec.nodeName}`;
      const asked = ['get', 'pods', within, '--selector=app=agent', onNode, '--output=name'];
      const agent = (await kubectl.run(asked)).stdout.trim();
      // Twice: a process may have started another one in between.
      const send = `kill -${name} $(grep -l ${id} /proc/[0-9]*/cgroup 2>/dev/null | cut -d/ -f3)`;
      const script = `${send} && { ${send} || true; } 2>/dev/null`;
      await kubectl.run(['exec', within, agent, '--', 'sh', '-c', script]);
    },
    async measure({ cpu, external = '0' }) {
      await answer({
        ...discovery(RESOURCE, 'pods', 'PodMetrics'),
        ...discovery(EXTERNAL, '*', 'ExternalMetricValueList'),
        ...podMetrics(cpu?.pods ?? [], cpu?.value ?? '0'),
        ...externalMetric(external),
      });
      await apply(apiServices());
      await wait('--for=condition=Available', ...API_SERVICES.map((name) => `apiservice/${name}`));
    },
    async stopMetrics() {
      await kubectl.run(['delete', 'apiservice', ...API_SERVICES]);
    },
    async stop() {
      await kubectl.run(['delete', 'apiservice', ...API_SERVICES, '--ignore-not-found']);
      await kubectl.run(['delete', 'namespace', HOME, '--wait=false']);
    },
  };
}

function objects(): object[] {
  const image = `aio-backend:${TAG}`;
  const metadata = (name: string) => ({ name, namespace: HOME, labels: { app: name } });
  const args = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=metrics'];
  const pem = execFileSync('openssl', [...args, '-keyout', '-'], {
    encoding: 'utf8',
    stdio: 'pipe',
  });
  const [key = '', cert = ''] = pem.split(/(?=-----BEGIN CERT)/);
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: HOME } },
    {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: metadata('agent'),
      spec: {
        selector: { matchLabels: { app: 'agent' } },
        template: {
          metadata: { labels: { app: 'agent' } },
          spec: {
            hostPID: true,
            terminationGracePeriodSeconds: 0,
            securityContext: { runAsUser: 0 },
            // On a cordoned node, too.
            tolerations: [{ key: 'node.kubernetes.io/unschedulable', operator: 'Exists' }],
            containers: [{ name: 'agent', image, command: ['sleep', 'infinity'] }],
          },
        },
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: metadata('metrics'),
      stringData: { 'tls.key': key, 'tls.crt': cert, 'server.mjs': SERVER },
    },
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: metadata('metrics'),
      spec: {
        terminationGracePeriodSeconds: 0,
        containers: [
          {
            name: 'metrics',
            image,
            command: ['node', '/tls/server.mjs'],
            volumeMounts: [{ name: 'tls', mountPath: '/tls' }],
          },
        ],
        volumes: [{ name: 'tls', secret: { secretName: 'metrics' } }],
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: metadata('metrics'),
      spec: { selector: { app: 'metrics' }, ports: [{ port: 443, targetPort: 8443 }] },
    },
  ];
}

/** Registers the metrics APIs with the API server. */
function apiServices(): object[] {
  return [RESOURCE, EXTERNAL].map((group) => ({
    apiVersion: 'apiregistration.k8s.io/v1',
    kind: 'APIService',
    metadata: { name: `${VERSION}.${group}` },
    spec: {
      group,
      version: VERSION,
      service: { name: 'metrics', namespace: HOME },
      insecureSkipTLSVerify: true,
      groupPriorityMinimum: 100,
      versionPriority: 100,
    },
  }));
}

function discovery(group: string, name: string, kind: string): Record<string, object> {
  const resource = { name, singularName: '', namespaced: true, kind, verbs: ['get', 'list'] };
  const groupVersion = `${group}/${VERSION}`;
  const list = { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources: [resource] };
  return { [`/apis/${groupVersion}`]: list };
}

function podMetrics(pods: readonly Pod[], cpu: string): Record<string, object> {
  const items = pods.map(({ metadata, spec }) => ({
    metadata: { name: metadata.name, namespace: NAMESPACE, labels: metadata.labels },
    timestamp: 'NOW',
    window: '15s',
    containers: spec.containers.map(({ name }) => ({ name, usage: { cpu, memory: '128Mi' } })),
  }));
  const apiVersion = `${RESOURCE}/${VERSION}`;
  const list = { kind: 'PodMetricsList', apiVersion, metadata: {}, items };
  return { [`/apis/${apiVersion}/namespaces/${NAMESPACE}/pods`]: list };
}

function externalMetric(value: string): Record<string, object> {
  const apiVersion = `${EXTERNAL}/${VERSION}`;
  const item = { metricName: EXTERNAL_METRIC, metricLabels: null, timestamp: 'NOW', value };
  const list = { kind: 'ExternalMetricValueList', apiVersion, metadata: {}, items: [item] };
  return { [`/apis/${apiVersion}/namespaces/${NAMESPACE}/${EXTERNAL_METRIC}`]: list };
}
