import { NAMESPACE } from '../manifest.ts';
import type { Report } from '@aio/compose/verify/report';
import { tryUntil } from '@aio/compose/verify/checks/try-until';
import { createClient, findTrace, runExample } from '@aio/compose/verify/checks/product';
import type { Place } from '@aio/compose/verify/place';
import { StackError } from '@aio/stack/stack-error';
import type { Kubectl } from '../cluster/kubectl.ts';
import { type Load, startLoad } from '../node/load.ts';
import { NEXT_TAG } from '../node/build-images.ts';
import type { Node } from '../node/start-node.ts';
import type { Addresses } from '../node/names.ts';
import type { ToolOptions } from '../tools.ts';
import { tryFrozenDatabase } from './frozen-database.ts';
import { findContainer, readPods } from './pods.ts';

const SCALED = ['aio-api', 'aio-web', 'aio-worker-http', 'aio-worker-llm', 'aio-worker-runs'];
const UP_WITHIN_MS = 480_000;
const RESTARTED_WITHIN_MS = 60_000;
const EXAMPLE = 'triage-incident';

/**
 * Runs AIO on real nodes, updates it, kills a worker and drains a node. Clients must not see a failure. Also freezes
 * PostgreSQL.
 */
export async function tryOnRealNodes(
  report: Report,
  kubectl: Kubectl,
  options: { nodes: readonly Node[]; addresses: Addresses; folder: string; tools: ToolOptions },
): Promise<void> {
  const { nodes, addresses } = options;
  const run = (...args: string[]) => kubectl.run([`--namespace=${NAMESPACE}`, ...args]);
  const at = (service: string, port: number) => `http://${addresses.get(service)}:${port}`;
  const web = at('aio-web', 3000);
  const place: Place = {
    web,
    api: web,
    keycloak: at('keycloak', 8180),
    jaeger: at('jaeger', 16686),
    prometheus: '',
    grafana: '',
  };
  const client = createClient(place);
  const [, second] = nodes;
  if (second === undefined) throw new Error('two nodes are needed');

  const isUp = await report.step('every pod of overlays/try is ready', async () => {
    try {
      await tryUntil('every Deployment is available', UP_WITHIN_MS, () =>
        run('wait', '--for=condition=Available', 'deployment', '--all', '--timeout=10s'),
      );
    } catch (error) {
      throw new StackError(String(error), { details: await describeTroubles() });
    }
    const pods = await readPods(kubectl);
    return `${pods.length} pods of AIO, and the stores`;
  });
  if (!isUp) return;

  await report.step('a program logs in and runs a workflow', async () => {
    const done = await runExample(client, EXAMPLE);
    const { services, spans } = await findTrace(place, done);
    return `${EXAMPLE} in ${done.durationMs} ms; ${spans} spans of ${services.join(' and ')} in Jaeger`;
  });
  await report.step('two pods of each, on two nodes', async () => {
    await kubectl.run(['uncordon', second.spec.name]);
    await run('scale', '--replicas=2', ...SCALED.map((name) => `deployment/${name}`));
    await rolledOut();
    return describeSpread();
  });
  await underLoad('a rolling update of everything', async () => {
    for (const name of SCALED) {
      const image = name === 'aio-web' ? 'aio-frontend' : 'aio-backend';
      await run('set', 'image', `deployment/${name}`, `*=${image}:${NEXT_TAG}`);
    }
    await rolledOut();
  });
  await underLoad('a worker is killed', () => killWorker());
  await tryFrozenDatabase(report, kubectl, { ...options, place });
  await underLoad(`${second.spec.name} is drained`, async () => {
    await run('drain', second.spec.name, '--delete-emptydir-data', '--timeout=110s');
    await rolledOut();
    const left = (await readPods(kubectl)).filter(({ spec }) => spec.nodeName === second.spec.name);
    if (left.length > 0) throw new StackError(`${left.length} pods are still there`);
  });

  function underLoad(name: string, work: () => Promise<void>): Promise<boolean> {
    return report.step(`${name}, under load`, async () => {
      const load = await startLoad(client);
      await finish(load, work);
      return load.stop();
    });
  }

  async function rolledOut(): Promise<void> {
    for (const name of SCALED)
      await run('rollout', 'status', `deployment/${name}`, '--timeout=110s');
  }

  async function describeSpread(): Promise<string> {
    const pods = await readPods(kubectl);
    return nodes
      .map(({ spec }) => {
        const count = pods.filter(({ spec: { nodeName } }) => nodeName === spec.name).length;
        return `${count} on ${spec.name}`;
      })
      .join(', ');
  }

  /** SIGKILL, as the kernel does when memory is short. */
  async function killWorker(): Promise<void> {
    const [pod] = await readPods(kubectl, 'lane=llm');
    const [container] = pod?.status.containerStatuses ?? [];
    const { node, id } = findContainer(pod, nodes);
    await node.ctr('killing a worker', 'tasks', 'kill', '--signal=SIGKILL', id);
    await tryUntil('the kubelet restarts the worker', RESTARTED_WITHIN_MS, async () => {
      const now = (await readPods(kubectl, 'lane=llm')).find(
        ({ metadata }) => metadata.name === pod?.metadata.name,
      );
      const [again] = now?.status.containerStatuses ?? [];
      return again?.ready && again.restartCount > (container?.restartCount ?? 0) ? true : undefined;
    });
  }

  async function describeTroubles(): Promise<string[]> {
    const pods = await run('get', 'pods', '--output=wide');
    const events = await run('get', 'events', '--field-selector=type=Warning');
    return [...pods.stdout.split('\n'), ...events.stdout.split('\n').slice(-15)];
  }
}

/** Does the work; stops the load if it fails. */
async function finish(load: Load, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    await load.stop().catch(() => undefined);
    throw error;
  }
}
