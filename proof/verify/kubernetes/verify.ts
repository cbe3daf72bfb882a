import type { Report } from '../compose/report.ts';
import { findOnPath } from '@aio/tools/process/find-on-path';
import { StackError } from '@aio/tools/stack-error';
import { getGoProgram } from '../without-images/go-programs.ts';
import { applyAll } from './checks/apply.ts';
import { tryUse } from './checks/use.ts';
import { type Cluster, findCluster, type VerifyOptions } from './cluster.ts';
import { buildImages } from './images.ts';
import { createKubectl } from './kubectl.ts';
import { listTargets, type Manifest, podTemplateOf, render, type Rendered } from './manifest.ts';

/** The overlay that runs. */
const TARGET = 'overlays/try';

/**
 * Renders the manifests, checks them with the API server of a cluster, and runs one overlay there.
 * @throws StackError when interrupted, or without a cluster
 */
export async function verify(report: Report, options: VerifyOptions): Promise<void> {
  const rendered = await renderAll(report, options);
  if (report.failed > 0) return;
  const source = findCluster(options);
  await report.step('which cluster', async () => source.title);
  const stores = source.pulls ? [] : listStores(rendered.get(TARGET) ?? []);
  let archive = options.images;
  const areBuilt = await report.step('images', async () => {
    archive ||= await buildImages(stores, options);
    return archive;
  });
  if (!areBuilt) return;
  let cluster: Cluster | undefined;
  try {
    await report.step('a cluster with the images', async () => {
      cluster = await source.start();
      await cluster.load(archive);
      const path = '{range .items[*]}{.metadata.name} {.status.nodeInfo.kubeletVersion} {end}';
      const { stdout } = await cluster.kubectl.run(['get', 'nodes', `--output=jsonpath=${path}`]);
      return stdout;
    });
    if (cluster === undefined || report.failed > 0) return;
    if (!(await applyAll(report, cluster, rendered, { ...options, target: TARGET }))) return;
    const scaled = [...rendered.values()].flat().filter(({ kind }) => kind === 'ScaledObject');
    await tryUse(report, { ...options, cluster, scaled, target: TARGET });
  } finally {
    await report.cleanUp('the cluster is as before', async () => {
      const left = (await cluster?.stop()) ?? [];
      if (left.length === 0) return '';
      throw new StackError(`not removed: ${left.join(', ')}`);
    });
  }
}

async function renderAll(report: Report, options: VerifyOptions): Promise<Rendered> {
  const { manifests, scratch, env } = options;
  const program =
    findOnPath(['kubectl'], env.PATH ?? '') ?? (await getGoProgram('kubectl', options));
  const kubectl = createKubectl(program, { ...options, home: scratch });
  const rendered = new Map<string, readonly Manifest[]>();
  for (const target of listTargets(manifests)) {
    await report.step(`kustomize ${target}`, async () => {
      const objects = await render(kubectl, manifests, target);
      rendered.set(target, objects);
      return `${objects.length} objects`;
    });
  }
  return rendered;
}

function listStores(objects: readonly Manifest[]): string[] {
  return objects.flatMap((object) => {
    const image = podTemplateOf(object)?.spec.containers[0]?.image ?? '';
    return image === '' || image.startsWith('aio-') ? [] : [image];
  });
}
