import { createAsker } from '../../compose/checks/product.ts';
import type { Place } from '../../compose/config.ts';
import type { Report } from '../../compose/report.ts';
import { AS_SHIPPED, compareOutage, FAILOVER_MS } from '../../../drills/outage/compare-outage.ts';
import { findFreePort } from '@aio/tools/process/free-port';
import type { Part } from '@aio/tools/process/process';
import { startPrometheus } from '@aio/tools/servers/prometheus';
import { StackError } from '@aio/tools/stack-error';
import type { Helpers } from '../helpers.ts';
import { NAMESPACE } from '../manifest.ts';
import { type Pod, readPods } from './pods.ts';
import type { UseOptions } from './use.ts';

/**
 * Freezes PostgreSQL while a client asks at the web UI's Service. Compares what it sees with what a Prometheus on this
 * machine measures, and checks that the APIs stay in their Service.
 */
export async function tryFrozenDatabase(
  report: Report,
  options: UseOptions & { helpers: Helpers; place: Place },
): Promise<void> {
  const { cluster, helpers, place, dataDir, scratch, env, signal } = options;
  const { kubectl } = cluster;
  await report.step(`PostgreSQL is frozen for ${FAILOVER_MS / 1000} s`, async () => {
    const apis = await readPods(kubectl, 'app.kubernetes.io/component=api');
    const [postgres] = await readPods(kubectl, 'app.kubernetes.io/name=postgres');
    const parts: Part[] = [];
    try {
      const ports: number[] = [];
      for (const { metadata, spec } of apis) {
        const named = spec.containers[0]?.ports?.find(({ name }) => name === 'metrics');
        const metrics = named?.containerPort ?? 0;
        const { part, port } = await kubectl.forward(NAMESPACE, `pod/${metadata.name}`, metrics);
        parts.push(part);
        ports.push(port);
      }
      const prometheus = await startPrometheus({
        dataDir: scratch,
        programDir: dataDir,
        port: await findFreePort(),
        searchPath: env.PATH ?? '',
        targets: [{ job: 'api', ports }],
        ...AS_SHIPPED,
      });
      parts.push(prometheus);
      const shown = await compareOutage({
        ask: createAsker(place),
        prometheusUrl: prometheus.url,
        async begin() {
          await helpers.signal(postgres, 'STOP');
          return () => helpers.signal(postgres, 'CONT');
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
      for (const part of parts.toReversed()) await part.stop();
    }
  });
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
