import type { Report } from '@aio/compose/verify/report';
import { StackError } from '@aio/stack/stack-error';
import type { Kubectl } from '../cluster/kubectl.ts';
import type { MetricsApi } from '../cluster/metrics-api.ts';
import { type Manifest, NAMESPACE } from '../manifest.ts';

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
 * Checks that the base's HorizontalPodAutoscaler scales APIs by CPU, and that the one that KEDA makes of a ScaledObject
 * scales workers by expected wait. The metrics are stubs; the controller is real.
 */
export async function tryAutoscaling(
  report: Report,
  kubectl: Kubectl,
  metrics: MetricsApi,
  scaledObjects: readonly Manifest[],
): Promise<void> {
  const run = (...args: string[]) => kubectl.run([`--namespace=${NAMESPACE}`, ...args]);
  const wait = (deployment: string, replicas: number) =>
    run(
      'wait',
      `--for=jsonpath={.status.availableReplicas}=${replicas}`,
      `deployment/${deployment}`,
      '--timeout=100s',
    );

  await report.step('APIs scale by CPU', async () => {
    // 80 % of the request of 500m is the target.
    metrics.cpu = '400m';
    await wait('aio-api', 2);
    metrics.cpu = '800m';
    await wait('aio-api', 2 * TWICE);
    metrics.cpu = '400m';
    return '160 % of the target with 2 pods: 4 pods';
  });
  for (const { metadata, spec } of scaledObjects) {
    await report.step(`${metadata.name} scales by expected wait`, async () => {
      const scaled = spec as unknown as ScaledObjectSpec;
      const target = Number(scaled.triggers[0]?.metadata.threshold);
      const { name } = scaled.scaleTargetRef;
      metrics.external = String(target);
      await kubectl.run(
        ['apply', '--server-side', '--filename=-'],
        asKedaDoes(metadata.name, scaled),
      );
      await wait(name, scaled.minReplicaCount);
      metrics.external = String(target * TWICE);
      await wait(name, scaled.minReplicaCount * TWICE);
      await run('delete', 'hpa', `keda-hpa-${metadata.name}`);
      return `${target * TWICE} s with ${scaled.minReplicaCount} workers: ${scaled.minReplicaCount * TWICE}`;
    });
  }
}

/** The HorizontalPodAutoscaler that KEDA makes of a ScaledObject. @throws StackError unless its one trigger is `Value` */
function asKedaDoes(name: string, scaled: ScaledObjectSpec): string {
  const [trigger, more] = scaled.triggers;
  if (trigger?.metricType !== 'Value' || more !== undefined)
    throw new StackError(`${name} must have exactly one trigger, with metricType Value`);
  return JSON.stringify({
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: `keda-hpa-${name}`, namespace: NAMESPACE },
    spec: {
      scaleTargetRef: {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        name: scaled.scaleTargetRef.name,
      },
      minReplicas: scaled.minReplicaCount,
      maxReplicas: scaled.maxReplicaCount,
      behavior: scaled.advanced.horizontalPodAutoscalerConfig.behavior,
      metrics: [
        {
          type: 'External',
          external: {
            metric: {
              name: 's0-prometheus',
              selector: { matchLabels: { 'scaledobject.keda.sh/name': name } },
            },
            target: { type: 'Value', value: trigger.metadata.threshold },
          },
        },
      ],
    },
  });
}
