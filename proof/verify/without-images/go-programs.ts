import { buildGoServer } from '@aio/tools/programs/build-go-server';
import { findBuilt, type GoServer, programsOf } from '@aio/tools/programs/go-servers';
import { basename } from 'node:path';

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

const PROGRAMS: readonly GoServer[] = [
  {
    name: 'compose',
    title: 'Docker Compose 5.6.0',
    module: 'github.com/docker/compose/v5',
    version: 'v5.6.0',
    commands: ['cmd'],
    program: 'docker-compose',
    stamp: ['github.com/docker/compose/v5/internal.Version', 'v5.6.0'],
  },
  {
    name: 'buildx',
    title: 'Docker Buildx 0.38.2',
    module: 'github.com/docker/buildx',
    version: 'v0.38.2',
    commands: ['cmd/buildx'],
    program: 'docker-buildx',
    stamp: ['github.com/docker/buildx/version.Version', 'v0.38.2'],
  },
  { ...KUBERNETES, name: 'kubectl', title: 'kubectl', commands: ['cmd/kubectl'] },
  {
    ...KUBERNETES,
    name: 'kube-apiserver',
    title: 'kube-apiserver',
    commands: ['cmd/kube-apiserver'],
  },
  {
    ...KUBERNETES,
    name: 'kube-controllers',
    title: 'kube-controller-manager and kube-scheduler',
    commands: ['cmd/kube-controller-manager', 'cmd/kube-scheduler'],
  },
  {
    ...KUBERNETES,
    name: 'kube-node',
    title: 'kubelet and kube-proxy',
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
];

export interface ProgramOptions {
  /** Keeps programs between runs. */
  dataDir: string;
  env: NodeJS.ProcessEnv;
  say: (line: string) => void;
  signal: AbortSignal;
}

/**
 * Finds a program in the data folder, or builds it.
 * @returns its path @throws StackError if the build fails
 */
export async function getGoProgram(name: string, options: ProgramOptions): Promise<string> {
  const server = PROGRAMS.find((one) => programsOf(one).includes(name));
  if (server === undefined) throw new Error(`go-programs.ts has no ${name}`);
  const { dataDir, env, say, signal } = options;
  if (findBuilt(dataDir, server) === undefined) {
    say(`building ${server.title} with Go; this takes minutes, once`);
    await buildGoServer(server, { dataDir, env, onProgress: say, signal });
  }
  return findBuilt(dataDir, server)?.find((path) => basename(path) === name) ?? name;
}
