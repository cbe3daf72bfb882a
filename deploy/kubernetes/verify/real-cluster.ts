import {
  compareNetworks,
  type NetworkState,
  readNetwork,
} from '@aio/stack/without-images/engine/host-network';
import type { Report } from '@aio/compose/verify/report';
import { StackError } from '@aio/stack/stack-error';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { tryOnRealNodes } from './checks/real-nodes.ts';
import { NAMESPACE, podTemplateOf, type Rendered } from './manifest.ts';
import { buildImages, putImages } from './node/build-images.ts';
import { type Cluster, type ClusterPrograms, startCluster } from './node/cluster.ts';
import { type Addresses, readServices, startNames } from './node/names.ts';
import { findNodePrograms } from './node/programs.ts';
import { orSkip, take, type VerifyOptions } from './tools.ts';

const WHAT = 'real nodes';
const TARGET = 'overlays/try';
const PROGRAMS = {
  etcd: 'etcd',
  apiServer: 'kube-apiserver',
  controllerManager: 'kube-controller-manager',
  scheduler: 'kube-scheduler',
  kubelet: 'kubelet',
  kubeProxy: 'kube-proxy',
};

/** Runs `overlays/try` on nodes that execute the images. */
export async function tryRealCluster(
  report: Report,
  kubectl: string,
  rendered: Rendered,
  options: VerifyOptions,
): Promise<void> {
  const programs = await findPrograms(report, kubectl, options);
  if (programs === undefined) return;
  const archive = options.images || (await build(report, rendered, options));
  if (archive === undefined) return;
  const before = readNetwork(programs.node.env);
  let cluster: Cluster | undefined;
  try {
    const folder = join(options.scratch, 'cluster');
    mkdirSync(folder);
    const isUp = await report.step('two nodes of containerd and kubelet', async () => {
      cluster = await startCluster({ ...options.tools, programs, folder });
      const versions = [
        'get',
        'nodes',
        '--output=jsonpath={.items[*].status.nodeInfo.kubeletVersion}',
      ];
      return (await cluster.kubectl.run(versions)).stdout;
    });
    if (isUp && cluster !== undefined)
      await tryCluster(report, cluster, { ...options, programs, archive, folder });
  } finally {
    await report.cleanUp('the nodes leave nothing behind', () => end(cluster, programs, before));
  }
}

async function tryCluster(
  report: Report,
  { kubectl, nodes, beforeEnd }: Cluster,
  options: VerifyOptions & { programs: ClusterPrograms; archive: string; folder: string },
): Promise<void> {
  const { manifests, programs, archive, folder, tools } = options;
  const areThere = await report.step('both nodes import the images', async () => {
    await Promise.all(nodes.map((node) => putImages(node, archive)));
    return archive;
  });
  if (!areThere) return;
  let addresses: Addresses = new Map();
  const isApplied = await report.step(`kubectl apply -k ${TARGET}`, async () => {
    // The stores must stay on the first node, which is not drained.
    for (const { spec } of nodes.slice(1)) await kubectl.run(['cordon', spec.name]);
    await kubectl.run(['apply', '--server-side', `--kustomize=${join(manifests, TARGET)}`]);
    addresses = await readServices(kubectl, NAMESPACE);
    const names = await startNames(programs.node, { folder, namespace: NAMESPACE, addresses });
    beforeEnd(names.stop);
    return `${addresses.size} Services`;
  });
  if (isApplied) await tryOnRealNodes(report, kubectl, { nodes, addresses, folder, tools });
}

async function findPrograms(
  report: Report,
  kubectl: string,
  { tools }: VerifyOptions,
): Promise<ClusterPrograms | undefined> {
  const node = await orSkip(report, WHAT, tools.signal, () => findNodePrograms(tools));
  if (node === undefined) return undefined;
  const found = await take(report, WHAT, PROGRAMS, tools);
  return found && { ...found, kubectl, node };
}

/** @returns the archive; undefined = skipped, because this machine cannot build images */
async function build(
  report: Report,
  rendered: Rendered,
  { manifests, scratch, tools }: VerifyOptions,
): Promise<string | undefined> {
  const stores = (rendered.get(TARGET) ?? []).flatMap((object) => {
    const image = podTemplateOf(object)?.spec.containers[0]?.image ?? '';
    return image === '' || image.startsWith('aio-') ? [] : [image];
  });
  const root = resolve(manifests, '../..');
  return orSkip(report, WHAT, tools.signal, () =>
    buildImages(stores, { root, folder: scratch, tools }),
  );
}

async function end(
  cluster: Cluster | undefined,
  { node }: ClusterPrograms,
  before: NetworkState,
): Promise<string> {
  await cluster?.stop();
  const left = compareNetworks(before, readNetwork(node.env));
  if (left.length > 0) throw new StackError(`not removed: ${left.join(', ')}`);
  return '';
}
