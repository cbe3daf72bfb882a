import { createAsker } from '@aio/compose/verify/checks/product';
import type { Place } from '@aio/compose/verify/place';
import type { Report } from '@aio/compose/verify/report';
import { AS_SHIPPED, compareOutage, FAILOVER_MS } from '@aio/loadtest/drills/outage/compare-outage';
import { findFreePort } from '@aio/stack/free-port';
import { PROMETHEUS, startPrometheus } from '@aio/stack/prometheus';
import { StackError } from '@aio/stack/stack-error';
import { findProgram } from '@aio/stack/without-images/servers/program';
import type { Kubectl } from '../cluster/kubectl.ts';
import type { Node } from '../node/start-node.ts';
import { orSkip, type ToolOptions } from '../tools.ts';
import { findContainer, type Pod, readPods } from './pods.ts';

const WHAT = `PostgreSQL is frozen for ${FAILOVER_MS / 1000} s`;

/**
 * Freezes PostgreSQL while a client asks at the web UI's Service. Compares what it sees with what a Prometheus on this
 * machine measures, and checks that the APIs stay in their Service.
 */
export async function tryFrozenDatabase(
  report: Report,
  kubectl: Kubectl,
  options: { nodes: readonly Node[]; place: Place; folder: string; tools: ToolOptions },
): Promise<void> {
  const { nodes, place, folder, tools } = options;
  const { dataDir, env, signal } = tools;
  const searchPath = env.PATH ?? '';
  const found = await orSkip(report, WHAT, signal, () =>
    findProgram(PROMETHEUS, { dataDir, searchPath, signal }),
  );
  if (found === undefined) return;

  await report.step(WHAT, async () => {
    const [apis, workers, [postgres]] = await Promise.all([
      readPods(kubectl, 'app.kubernetes.io/component=api'),
      readPods(kubectl, 'app.kubernetes.io/component=worker'),
      readPods(kubectl, 'app.kubernetes.io/name=postgres'),
    ]);
    const { node, id } = findContainer(postgres, nodes);
    const prometheus = await startPrometheus({
      dataDir: folder,
      programDir: dataDir,
      port: await findFreePort(),
      searchPath,
      targets: [
        { job: 'api', addresses: apis.map(findMetrics) },
        { job: 'worker', addresses: workers.map(findMetrics) },
      ],
      ...AS_SHIPPED,
    });
    try {
      const shown = await compareOutage({
        ask: createAsker(place),
        prometheusUrl: prometheus.url,
        async begin() {
          const thaw = node.freeze(id);
          return async () => thaw();
        },
        lastsMs: FAILOVER_MS,
        alert: 'ApiAvailabilityBurn',
        say: report.say,
        signal,
      });
      checkUnchanged(apis, await readPods(kubectl, 'app.kubernetes.io/component=api'));
      const used = new Set(apis.map(({ spec }) => spec.nodeName)).size;
      return { note: `${apis.length} APIs on ${used} nodes stay ready, without a restart`, shown };
    } finally {
      await prometheus.stop();
    }
  });
}

/** The address of the pod's metrics. */
function findMetrics({ spec, status }: Pod): string {
  const ports = spec.containers.flatMap((container) => container.ports ?? []);
  return `${status.podIP}:${ports.find(({ name }) => name === 'metrics')?.containerPort}`;
}

/** @throws StackError if a pod was replaced, restarted or not ready at any time between */
function checkUnchanged(before: readonly Pod[], after: readonly Pod[]): void {
  const [was, is] = [before.map(describeState).sort(), after.map(describeState).sort()];
  if (was.join() !== is.join())
    throw new StackError('the APIs did not stay as they were', {
      details: ['before:', ...was, 'after:', ...is],
    });
}

function describeState({ metadata, status }: Pod): string {
  const ready = status.conditions?.find(({ type }) => type === 'Ready');
  const restarts = status.containerStatuses?.[0]?.restartCount;
  const state = ready?.status === 'True' ? 'ready' : 'not ready';
  return `${metadata.name} ${state} since ${ready?.lastTransitionTime}, ${restarts} restarts`;
}
