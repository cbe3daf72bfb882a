import type { GoServer } from './go-server.ts';

/** The other modules of Kubernetes' repository call v1.37.2 v0.37.2. */
const VERSION = 'v1.37.2';
const STAGING_VERSION = 'v0.37.2';
/** Kubernetes' `go.mod` replaces these modules by folders of its repository, which its archive lacks. */
const STAGING = [
  'api',
  'apiextensions-apiserver',
  'apimachinery',
  'apiserver',
  'cli-runtime',
  'client-go',
  'cloud-provider',
  'cluster-bootstrap',
  'code-generator',
  'component-base',
  'component-helpers',
  'controller-manager',
  'cri-api',
  'cri-client',
  'cri-streaming',
  'csi-translation-lib',
  'dynamic-resource-allocation',
  'endpointslice',
  'externaljwt',
  'kms',
  'kube-aggregator',
  'kube-controller-manager',
  'kube-proxy',
  'kube-scheduler',
  'kubectl',
  'kubelet',
  'metrics',
  'mount-utils',
  'pod-security-admission',
  'sample-apiserver',
  'streaming',
];
/** Replaced too, but no program needs them, and the module proxy lacks them. */
const UNUSED = ['k8s.io/sample-cli-plugin', 'k8s.io/sample-controller'];

const KUBERNETES = {
  module: 'k8s.io/kubernetes',
  version: VERSION,
  stamp: ['k8s.io/component-base/version.gitVersion', VERSION],
  unreplaced: [...STAGING.map((name) => `k8s.io/${name}@${STAGING_VERSION}`), ...UNUSED],
} as const;

/** `npm run kubernetes:verify` applies the manifests to them. */
export const KUBERNETES_SERVERS: readonly GoServer[] = [
  {
    ...KUBERNETES,
    name: 'kubectl',
    title: `kubectl ${VERSION.slice(1)}`,
    commands: ['cmd/kubectl'],
  },
  {
    ...KUBERNETES,
    name: 'kube-apiserver',
    title: `kube-apiserver ${VERSION.slice(1)}`,
    commands: ['cmd/kube-apiserver'],
  },
  {
    ...KUBERNETES,
    name: 'kube-controllers',
    title: `kube-controller-manager and kube-scheduler ${VERSION.slice(1)}`,
    commands: ['cmd/kube-controller-manager', 'cmd/kube-scheduler'],
  },
  {
    ...KUBERNETES,
    name: 'kube-node',
    title: `kubelet and kube-proxy ${VERSION.slice(1)}`,
    commands: ['cmd/kubelet', 'cmd/kube-proxy'],
  },
  {
    name: 'etcd',
    title: 'etcd 3.7.3',
    module: 'go.etcd.io/etcd/server/v3',
    version: 'v3.7.3',
    commands: ['.'],
    program: 'etcd',
    unreplaced: ['api', 'client/pkg', 'client', 'pkg'].map((name) => `go.etcd.io/etcd/${name}/v3`),
  },
  {
    name: 'kwok',
    title: 'KWOK 0.8.0',
    module: 'sigs.k8s.io/kwok',
    version: 'v0.8.0',
    commands: ['cmd/kwok'],
  },
];
