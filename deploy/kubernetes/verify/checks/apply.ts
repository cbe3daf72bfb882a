import type { Report } from '@aio/compose/verify/report';
import { StackError } from '@aio/stack/stack-error';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import type { Kubectl } from '../cluster/kubectl.ts';
import { type Manifest, podTemplateOf, type Rendered, NAMESPACE } from '../manifest.ts';
import { CRD_FILES } from '../schemas/read-schemas.ts';
import { getModule, type ToolOptions } from '../tools.ts';

/** Usually made by a controller, but none is running yet. */
const DEFAULT_ACCOUNT = JSON.stringify({
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: { name: 'default', namespace: NAMESPACE },
});

/**
 * Applies every target and checks that the namespace's level of Pod Security admits its pods. The base comes last and
 * stays.
 * @returns whether all steps passed
 */
export async function applyAll(
  report: Report,
  kubectl: Kubectl,
  rendered: Rendered,
  { manifests, tools }: { manifests: string; tools: ToolOptions },
): Promise<boolean> {
  const before = report.failed;
  await report.step('CustomResourceDefinitions', () => installCrds(kubectl, tools));
  for (const [target, objects] of [...rendered].reverse()) {
    await report.step(`kubectl apply --server-side -k ${target}`, async () => {
      // As in README.md, because a Job is immutable.
      await kubectl.run(['delete', 'job', '--all', `--namespace=${NAMESPACE}`]);
      await apply(kubectl, join(manifests, target));
      await kubectl.run(['apply', '--server-side', '--filename=-'], DEFAULT_ACCOUNT);
      return `${objects.length} objects, no warning`;
    });
    await report.step(`pods of ${target} under "restricted"`, async () => {
      const pods = objects.flatMap(toPod);
      await createDry(kubectl, pods);
      return `${pods.length} kinds of pods admitted`;
    });
  }
  await report.step('the API server refuses a root pod', () => tryRoot(kubectl));
  return report.failed === before;
}

async function installCrds(kubectl: Kubectl, tools: ToolOptions): Promise<string> {
  let count = 0;
  for (const source of ['keda', 'prometheusOperator'] as const) {
    const folder = await getModule(source, tools);
    const files = globSync(CRD_FILES[source], { cwd: folder }).map((file) => join(folder, file));
    count += files.length;
    await kubectl.run(['apply', '--server-side', ...files.map((file) => `--filename=${file}`)]);
  }
  await kubectl.run(['wait', '--for=condition=Established', 'crd', '--all', '--timeout=60s']);
  return `${count} of KEDA and the Prometheus operator`;
}

/** @throws StackError with the API server's warnings, if any */
async function apply(kubectl: Kubectl, folder: string): Promise<void> {
  const strict = ['--server-side', '--force-conflicts', '--validate=strict'];
  const { stderr } = await kubectl.run(['apply', ...strict, `--kustomize=${folder}`]);
  const warnings = stderr.split('\n').filter((line) => line.startsWith('Warning'));
  if (warnings.length > 0) throw new StackError('the API server warns', { details: warnings });
}

/** The pod that a controller would make. Pod Security refuses pods, but only warns about templates. */
function toPod(manifest: Manifest): object[] {
  const template = podTemplateOf(manifest);
  if (template === undefined) return [];
  const { name, namespace } = manifest.metadata;
  return [
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { ...template.metadata, name, namespace },
      spec: template.spec,
    },
  ];
}

async function createDry(kubectl: Kubectl, items: readonly object[]): Promise<void> {
  const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
  await kubectl.run(['create', '--dry-run=server', '--validate=strict', '--filename=-'], list);
}

async function tryRoot(kubectl: Kubectl): Promise<string> {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'root', namespace: NAMESPACE },
    spec: { containers: [{ name: 'root', image: 'root', securityContext: { runAsUser: 0 } }] },
  };
  try {
    await createDry(kubectl, [pod]);
  } catch (error) {
    const said = error instanceof StackError ? error.details.join(' ') : String(error);
    if (said.includes('violates PodSecurity "restricted'))
      return 'violates PodSecurity "restricted"';
    throw error;
  }
  throw new StackError('the root pod was admitted: the namespace does not enforce "restricted"');
}
