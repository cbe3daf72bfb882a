import type { Report } from '../compose/report.ts';
import { findOnPath } from '@aio/tools/process/find-on-path';
import { StackError } from '@aio/tools/stack-error';
import { applyAll } from './checks/apply.ts';
import { tryUse } from './checks/use.ts';
import { findCluster, type VerifyOptions } from './cluster.ts';
import { buildImages } from './images.ts';
import { createKubectl } from './kubectl.ts';
import { listTargets, type Manifest, render, type Rendered } from './manifest.ts';

/** The overlay that runs. */
const TARGET = 'overlays/try';

/**
 * Renders the manifests, checks them with the API server of a cluster, and runs one overlay there.
 * @throws StackError when interrupted, or without a cluster
 */
export async function verify(report: Report, options: VerifyOptions): Promise<void> {
  const rendered = await renderAll(report, options);
  if (report.failed > 0) return;
  const cluster = findCluster(options);
  await report.step('which cluster', async () => cluster.title);
  let archive = options.images;
  const areBuilt = await report.step('images', async () => {
    archive ||= await buildImages(options);
    return archive;
  });
  if (!areBuilt) return;
  await report.step('the cluster has the images', async () => {
    await cluster.load(archive);
    const path = '{range .items[*]}{.metadata.name} {.status.nodeInfo.kubeletVersion} {end}';
    const { stdout } = await cluster.kubectl.run(['get', 'nodes', `--output=jsonpath=${path}`]);
    return stdout;
  });
  if (report.failed > 0) return;
  if (!(await applyAll(report, cluster, rendered, { ...options, target: TARGET }))) return;
  const scaled = [...rendered.values()].flat().filter(({ kind }) => kind === 'ScaledObject');
  await tryUse(report, { ...options, cluster, scaled, target: TARGET });
}

async function renderAll(report: Report, options: VerifyOptions): Promise<Rendered> {
  const { manifests, scratch, env } = options;
  if (findOnPath(['kubectl'], env.PATH ?? '') === undefined)
    throw new StackError('kubernetes:verify needs kubectl and kind on PATH');
  const kubectl = createKubectl('kubectl', { ...options, home: scratch });
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
