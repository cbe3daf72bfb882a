import type { Report } from '@aio/compose/verify/report';
import { applyAll } from './checks/apply.ts';
import { tryAutoscaling } from './checks/autoscaling.ts';
import { checkSchemas } from './checks/schemas.ts';
import { tryOnNodes } from './checks/nodes.ts';
import { type ControlPlane, startControlPlane } from './cluster/control-plane.ts';
import { createKubectl } from './cluster/kubectl.ts';
import { startMetricsApi } from './cluster/metrics-api.ts';
import { startSimulation } from './cluster/simulation.ts';
import { listTargets, type Manifest, render, type Rendered } from './manifest.ts';
import { tryRealCluster } from './real-cluster.ts';
import { getModule, take, type VerifyOptions } from './tools.ts';

/** Verifies the manifests, level by level. Skips a level that this machine cannot run, and says why. */
export async function verify(report: Report, options: VerifyOptions): Promise<void> {
  const found = await take(report, 'everything', { kubectl: 'kubectl' }, options.tools);
  if (found === undefined) return;
  const { kubectl } = found;
  const rendered = await renderAll(report, kubectl, options);
  if (rendered === undefined) return;
  await checkSchemas(report, rendered, options.tools);
  await tryOnServer(report, kubectl, rendered, options);
  if (options.nodes) await tryRealCluster(report, kubectl, rendered, options);
  else report.skip('real nodes', '--no-nodes');
}

async function renderAll(
  report: Report,
  program: string,
  { manifests, scratch, tools }: VerifyOptions,
): Promise<Rendered | undefined> {
  const kubectl = createKubectl(program, { ...tools, home: scratch });
  const rendered = new Map<string, readonly Manifest[]>();
  for (const target of listTargets(manifests)) {
    await report.step(`kustomize ${target}`, async () => {
      const objects = await render(kubectl, manifests, target);
      rendered.set(target, objects);
      return `${objects.length} objects`;
    });
  }
  return report.failed === 0 ? rendered : undefined;
}

async function tryOnServer(
  report: Report,
  kubectl: string,
  rendered: Rendered,
  options: VerifyOptions,
): Promise<void> {
  const wanted = { etcd: 'etcd', apiServer: 'kube-apiserver' };
  const found = await take(report, 'a real API server', wanted, options.tools);
  if (found === undefined) return;
  let controlPlane: ControlPlane | undefined;
  try {
    await report.step('kube-apiserver and etcd', async () => {
      const programs = { ...found, kubectl };
      controlPlane = await startControlPlane({
        ...options.tools,
        programs,
        folder: options.scratch,
      });
      const { stdout } = await controlPlane.kubectl.run(['version', '--output=json']);
      return (JSON.parse(stdout) as { serverVersion: { gitVersion: string } }).serverVersion
        .gitVersion;
    });
    if (controlPlane === undefined) return;
    if (!(await applyAll(report, controlPlane.kubectl, rendered, options))) return;
    await tryOnSimulatedNodes(report, controlPlane, rendered, options);
  } finally {
    await controlPlane?.stop();
  }
}

async function tryOnSimulatedNodes(
  report: Report,
  controlPlane: ControlPlane,
  rendered: Rendered,
  { manifests, scratch, tools }: VerifyOptions,
): Promise<void> {
  const wanted = {
    controllerManager: 'kube-controller-manager',
    scheduler: 'kube-scheduler',
    kwok: 'kwok',
  };
  const programs = await take(report, 'controllers and simulated nodes', wanted, tools);
  if (programs === undefined) return;
  const { env } = tools;
  let stop: (() => Promise<void>) | undefined;
  try {
    const isRunning = await report.step('controllers, scheduler and three nodes', async () => {
      const kwokModule = await getModule('kwok', tools);
      const options = { programs, folder: scratch, env, kwokModule };
      stop = await startSimulation(controlPlane, options);
      return 'KWOK simulates the nodes and their pods';
    });
    if (!isRunning) return;
    await tryOnNodes(report, controlPlane.kubectl, manifests);
    await tryFigures(report, controlPlane, rendered);
  } finally {
    await stop?.();
  }
}

async function tryFigures(
  report: Report,
  { kubectl, certificate }: ControlPlane,
  rendered: Rendered,
): Promise<void> {
  const metrics = await startMetricsApi(kubectl, certificate);
  try {
    const objects = [...rendered.values()].flat();
    const scaledObjects = objects.filter(({ kind }) => kind === 'ScaledObject');
    await tryAutoscaling(report, kubectl, metrics, scaledObjects);
  } finally {
    await metrics.close();
  }
}
