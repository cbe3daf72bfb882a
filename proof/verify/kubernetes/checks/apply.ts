import type { Report } from '../../compose/report.ts';
import { StackError } from '@aio/tools/stack-error';
import { execFileSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import type { Cluster, VerifyOptions } from '../cluster.ts';
import { TAG } from '../images.ts';
import type { Kubectl } from '../kubectl.ts';
import { type Manifest, NAMESPACE, podTemplateOf, type Rendered } from '../manifest.ts';

/** Go modules with CustomResourceDefinitions, whose schemas the API server then checks. */
const CRDS = [
  { module: 'github.com/kedacore/keda/v2', version: 'v2.21.0', files: 'config/crd/bases' },
  {
    module: 'github.com/prometheus-operator/prometheus-operator',
    version: 'v0.85.0',
    files: 'example/prometheus-operator-crd',
  },
];

const FIRST = ['Namespace', 'ServiceAccount'];

/**
 * Has the API server check every target: no unknown field, no warning, and pods that the namespace's level of Pod
 * Security admits. Then applies one.
 * @returns whether all steps passed
 */
export async function applyAll(
  report: Report,
  { kubectl }: Cluster,
  rendered: Rendered,
  { manifests, target, env }: VerifyOptions & { target: string },
): Promise<boolean> {
  const before = report.failed;
  await report.step('CustomResourceDefinitions', () => installCrds(kubectl, env));
  // The API server checks what is in a namespace, and pods of accounts, only if these are there.
  const first = [...rendered.values()].flat().filter(({ kind }) => FIRST.includes(kind));
  await kubectl.run(['apply', '--server-side', '--filename=-'], asList(first));
  for (const [name, objects] of rendered) {
    await report.step(`the API server accepts ${name}`, async () => {
      const args = ['apply', '--server-side', '--dry-run=server', '--validate=strict'];
      await withoutWarning(kubectl, [...args, '--filename=-'], objects);
      const pods = objects.flatMap(toPod);
      await createDry(kubectl, pods);
      return `${objects.length} objects, no warning; ${pods.length} kinds of pods admitted`;
    });
  }
  await report.step('the API server refuses an unknown field', () =>
    refuses(kubectl, { metadata: { name: 'wrong', namespace: NAMESPACE }, spec: { wrong: true } }, [
      'policy/v1',
      'PodDisruptionBudget',
      'unknown field',
    ]),
  );
  const container = { name: 'root', image: 'root', securityContext: { runAsUser: 0 } };
  await report.step('the API server refuses a root pod', () =>
    refuses(
      kubectl,
      { metadata: { name: 'root', namespace: NAMESPACE }, spec: { containers: [container] } },
      ['v1', 'Pod', 'violates PodSecurity "restricted'],
    ),
  );
  await report.step(`kubectl apply --server-side -k ${target}`, async () => {
    // The stores must stay on the first node, which is not drained.
    for (const node of (await readNodes(kubectl)).slice(1)) await kubectl.run(['cordon', node]);
    await applyTarget(kubectl, join(manifests, target));
    return `${rendered.get(target)?.length} objects, no warning`;
  });
  return report.failed === before;
}

/** @returns names of the nodes that run pods; AIO is tried on two */
export async function readNodes(kubectl: Kubectl): Promise<string[]> {
  const asked = ['nodes', '--selector=!node-role.kubernetes.io/control-plane', '--output=name'];
  const { stdout } = await kubectl.run(['get', ...asked]);
  const nodes = stdout.split('\n').filter(Boolean);
  if (nodes.length === 2) return nodes.map((node) => node.replace('node/', ''));
  throw new StackError(`two worker nodes are needed, and there are ${nodes.length}`);
}

/** Applies a target with the images that verify has built. */
export async function applyTarget(kubectl: Kubectl, folder: string): Promise<void> {
  const { stdout } = await kubectl.run(['kustomize', folder]);
  const built = stdout.replaceAll(/(image: aio-\w+):development$/gm, `$1:${TAG}`);
  const args = ['apply', '--server-side', '--force-conflicts', '--validate=strict'];
  await withoutWarning(kubectl, [...args, '--filename=-'], built);
}

/** The two versions are pinned, and the Go module proxy has their files. */
async function installCrds(kubectl: Kubectl, env: NodeJS.ProcessEnv): Promise<string> {
  const files = CRDS.flatMap(({ module, version, files }) => {
    const args = ['mod', 'download', '-json', `${module}@${version}`];
    // Outside of any module, so that no other go.mod applies.
    const said = execFileSync('go', args, { env, cwd: '/', encoding: 'utf8' });
    const { Dir } = JSON.parse(said) as { Dir: string };
    return globSync(`${Dir}/${files}/*.yaml`);
  }).filter((file) => !file.endsWith('kustomization.yaml'));
  await kubectl.run(['apply', '--server-side', ...files.map((file) => `--filename=${file}`)]);
  await kubectl.run(['wait', '--for=condition=Established', 'crd', '--all', '--timeout=60s']);
  return `${files.length} of KEDA and the Prometheus operator`;
}

/** @throws StackError with the API server's warnings, if any */
async function withoutWarning(
  kubectl: Kubectl,
  args: readonly string[],
  input: string | readonly object[],
): Promise<void> {
  const { stderr } = await kubectl.run(args, typeof input === 'string' ? input : asList(input));
  const warnings = stderr.split('\n').filter((line) => line.startsWith('Warning'));
  if (warnings.length > 0) throw new StackError('the API server warns', { details: warnings });
}

/** The pod that a controller would make. Pod Security refuses pods, but only warns about templates. */
function toPod(manifest: Manifest): object[] {
  const template = podTemplateOf(manifest);
  if (template === undefined) return [];
  const { name, namespace } = manifest.metadata;
  const metadata = { ...template.metadata, name, namespace };
  return [{ apiVersion: 'v1', kind: 'Pod', metadata, spec: template.spec }];
}

async function createDry(kubectl: Kubectl, items: readonly object[]): Promise<void> {
  const args = ['create', '--dry-run=server', '--validate=strict', '--filename=-'];
  await kubectl.run(args, asList(items));
}

async function refuses(
  kubectl: Kubectl,
  object: object,
  [apiVersion, kind, reason]: [apiVersion: string, kind: string, reason: string],
): Promise<string> {
  try {
    await createDry(kubectl, [{ apiVersion, kind, ...object }]);
  } catch (error) {
    const said = error instanceof StackError ? error.details.join(' ') : String(error);
    if (said.includes(reason)) return reason;
    throw error;
  }
  throw new StackError('the API server accepts it');
}

function asList(items: readonly object[]): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
}
