import type { Report } from '../../compose/report.ts';
import { StackError } from '@aio/tools/stack-error';
import { EXTERNAL_METRIC, type Helpers } from '../helpers.ts';
import type { Kubectl } from '../kubectl.ts';
import { type Manifest, NAMESPACE } from '../manifest.ts';
import { readPods } from './pods.ts';

interface ScaledObjectSpec {
  scaleTargetRef: { name: string };
  minReplicaCount: number;
  maxReplicaCount: number;
  advanced: { horizontalPodAutoscalerConfig: { behavior: object } };
  triggers: { metricType: string; metadata: { threshold: string } }[];
}

/** At twice the target the autoscaler wants twice the pods. */
const TWICE = 2;

/**
 * Checks that the HorizontalPodAutoscaler of the base scales APIs by CPU, and that the one that KEDA makes of a
 * ScaledObject scales workers by expected wait. The metrics are simulated; the controller is real. Every Deployment
 * has two pods, and has two again at the end.
 */
export async function tryAutoscaling(
  report: Report,
  kubectl: Kubectl,
  helpers: Helpers,
  scaledObjects: readonly Manifest[],
): Promise<void> {
  const run = (...args: string[]) => kubectl.run([`--namespace=${NAMESPACE}`, ...args]);
  const wait = (deployment: string, replicas: number) =>
    run(
      'wait',
      `--for=jsonpath={.spec.replicas}=${replicas}`,
      `deployment/${deployment}`,
      '--timeout=110s',
    );
  const scale = (deployment: string, replicas: number) =>
    run('scale', `deployment/${deployment}`, `--replicas=${replicas}`);

  for (const { metadata, spec } of scaledObjects) {
    await report.step(`${metadata.name} scales by expected wait`, async () => {
      const scaled = spec as unknown as ScaledObjectSpec;
      const target = Number(scaled.triggers[0]?.metadata.threshold);
      const { name } = scaled.scaleTargetRef;
      const least = scaled.minReplicaCount;
      await helpers.measure({ external: String(target) });
      await kubectl.run(
        ['apply', '--server-side', '--filename=-'],
        asKedaDoes(metadata.name, scaled),
      );
      await wait(name, least);
      await helpers.measure({ external: String(target * TWICE) });
      await wait(name, least * TWICE);
      await run('delete', 'hpa', `keda-hpa-${metadata.name}`);
      await scale(name, least);
      return `${target * TWICE} s with ${least} workers: ${least * TWICE}`;
    });
  }
  await report.step('APIs scale by CPU', async () => {
    const pods = await readPods(kubectl, 'app.kubernetes.io/component=api');
    const asked = Number.parseInt(pods[0]?.spec.containers[0]?.resources?.requests?.cpu ?? '');
    const path = 'jsonpath={.spec.metrics[0].resource.target.averageUtilization}';
    const percent = Number((await run('get', 'hpa/aio-api', `--output=${path}`)).stdout);
    const target = (asked * percent) / 100;
    await helpers.measure({ cpu: { pods, value: `${target}m` } });
    await run('wait', '--for=condition=ScalingActive', 'hpa/aio-api', '--timeout=60s');
    await wait('aio-api', pods.length);
    await helpers.measure({ cpu: { pods, value: `${target * TWICE}m` } });
    await wait('aio-api', pods.length * TWICE);
    return `${percent * TWICE} % of ${asked}m with ${pods.length} pods: ${pods.length * TWICE}`;
  });
  // Without metrics, the autoscaler leaves the APIs alone.
  await helpers.stopMetrics();
  await scale('aio-api', 2);
}

/** The HorizontalPodAutoscaler that KEDA makes of a ScaledObject. @throws StackError unless its one trigger is `Value` */
function asKedaDoes(name: string, scaled: ScaledObjectSpec): string {
  const [trigger, more] = scaled.triggers;
  if (trigger?.metricType !== 'Value' || more !== undefined)
    throw new StackError(`${name} must have exactly one trigger, with metricType Value`);
  const selector = { matchLabels: { 'scaledobject.keda.sh/name': name } };
  const target = { type: 'Value', value: trigger.metadata.threshold };
  return JSON.stringify({
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: `keda-hpa-${name}`, namespace: NAMESPACE },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', ...scaled.scaleTargetRef },
      minReplicas: scaled.minReplicaCount,
      maxReplicas: scaled.maxReplicaCount,
      behavior: scaled.advanced.horizontalPodAutoscalerConfig.behavior,
      metrics: [
        { type: 'External', external: { metric: { name: EXTERNAL_METRIC, selector }, target } },
      ],
    },
  });
}
