import { createClient, findTrace, runExample } from '../../compose/checks/product.ts';
import type { Place } from '../../compose/config.ts';
import { tryUntil } from '../../compose/project.ts';
import type { Report } from '../../compose/report.ts';
import { StackError } from '@aio/tools/stack-error';
import { join } from 'node:path';
import type { Cluster, VerifyOptions } from '../cluster.ts';
import { type Helpers, startHelpers } from '../helpers.ts';
import { NEXT_TAG } from '../images.ts';
import type { Forward, Kubectl } from '../kubectl.ts';
import { type Manifest, NAMESPACE } from '../manifest.ts';
import { applyTarget, readNodes } from './apply.ts';
import { tryFrozenDatabase } from './frozen-database.ts';
import { startLoad } from './load.ts';
import { readPods } from './pods.ts';
import { tryAutoscaling } from './scale.ts';

const SCALED = ['aio-api', 'aio-web', 'aio-worker-http', 'aio-worker-llm', 'aio-worker-runs'];
const UP_WITHIN_MS = 480_000;
const RESTARTED_WITHIN_MS = 60_000;
const EXAMPLE = 'triage-incident';

export type UseOptions = VerifyOptions & {
  cluster: Cluster;
  /** ScaledObjects of all targets. */
  scaled: readonly Manifest[];
  /** The overlay that was applied. */
  target: string;
};

/**
 * Runs AIO on two nodes, scales and updates it, kills a worker and drains a node. Clients must not see a failure. Also
 * freezes PostgreSQL.
 */
export async function tryUse(report: Report, options: UseOptions): Promise<void> {
  const { cluster, manifests, target } = options;
  const { kubectl } = cluster;
  const run = inNamespace(kubectl);
  const [first = '', second = ''] = await readNodes(kubectl);

  const isUp = await report.step(`every pod of ${target} is ready`, async () => {
    try {
      await tryUntil('every Deployment is available', UP_WITHIN_MS, () =>
        run('wait', '--for=condition=Available', 'deployment', '--all', '--timeout=10s'),
      );
    } catch (error) {
      throw new StackError(String(error), { details: await describeTroubles(run) });
    }
    return `${(await readPods(kubectl)).length} pods of AIO, and the stores`;
  });
  if (!isUp) return;
  const helpers = await startHelpers(kubectl);
  const { place, close } = await openPlace(kubectl);
  try {
    await tryAt(place);
  } finally {
    await close();
    await helpers.stop();
  }

  async function tryAt(place: Place): Promise<void> {
    const client = createClient(place);
    await report.step('a program logs in and runs a workflow', async () => {
      const done = await runExample(client, EXAMPLE);
      const { services, spans } = await findTrace(place, done);
      return `${EXAMPLE} in ${done.durationMs} ms; ${spans} spans of ${services.join(' and ')} in Jaeger`;
    });
    const areTwo = await report.step('two pods of each, on two nodes', async () => {
      await kubectl.run(['uncordon', second]);
      await run('scale', '--replicas=2', ...SCALED.map((name) => `deployment/${name}`));
      await rolledOut(run);
      return describeSpread(kubectl, [first, second]);
    });
    if (!areTwo) return;
    await tryAutoscaling(report, kubectl, helpers, options.scaled);
    await rolledOut(run);
    await underLoad('a rolling update of everything', async () => {
      for (const name of SCALED) {
        const image = name === 'aio-web' ? 'aio-frontend' : 'aio-backend';
        await run('set', 'image', `deployment/${name}`, `*=${image}:${NEXT_TAG}`);
      }
      await rolledOut(run);
    });
    await underLoad('a worker is killed', () => killWorker(kubectl, helpers));
    await tryFrozenDatabase(report, { ...options, helpers, place });
    await underLoad(`${second} is drained`, async () => {
      const flags = ['--ignore-daemonsets', '--delete-emptydir-data', '--timeout=110s'];
      await run('drain', second, ...flags);
      await rolledOut(run);
      const left = (await readPods(kubectl)).filter(({ spec }) => spec.nodeName === second);
      if (left.length > 0) throw new StackError(`${left.length} pods are still there`);
    });
    await report.step('applying it again keeps the number of APIs', async () => {
      const count = () => run('get', 'deployment/aio-api', '--output=jsonpath={.spec.replicas}');
      const before = (await count()).stdout;
      // As in README.md, because a Job is immutable.
      await run('delete', 'job', '--all');
      await applyTarget(kubectl, join(manifests, target));
      const after = (await count()).stdout;
      if (after !== before) throw new StackError(`${before} APIs became ${after}`);
      return after;
    });

    function underLoad(name: string, work: () => Promise<void>): Promise<boolean> {
      return report.step(`${name}, under load`, async () => {
        const load = await startLoad(client);
        try {
          await work();
        } catch (error) {
          await load.stop().catch(() => undefined);
          throw error;
        }
        return load.stop();
      });
    }
  }
}

type Run = ReturnType<typeof inNamespace>;

/** Returns a function that runs kubectl in AIO's namespace. */
function inNamespace(kubectl: Kubectl) {
  return (...args: string[]) => kubectl.run([`--namespace=${NAMESPACE}`, ...args]);
}

async function rolledOut(run: Run): Promise<void> {
  for (const name of SCALED) await run('rollout', 'status', `deployment/${name}`, '--timeout=110s');
}

/** @throws StackError if both pods of a Deployment are on one node */
async function describeSpread(kubectl: Kubectl, nodes: readonly string[]): Promise<string> {
  const pods = await readPods(kubectl);
  for (const name of SCALED) {
    const own = pods.filter(({ metadata }) => metadata.name.startsWith(`${name}-`));
    const used = new Set(own.map(({ spec }) => spec.nodeName));
    if (used.size !== 2) throw new StackError(`${name} is only on ${[...used].join()}`);
  }
  return `${pods.length} pods on ${nodes.join(' and ')}`;
}

/** SIGKILL, as the kernel does when memory is short. */
async function killWorker(kubectl: Kubectl, helpers: Helpers): Promise<void> {
  const [pod] = await readPods(kubectl, 'lane=llm');
  const before = pod?.status.containerStatuses?.[0]?.restartCount ?? 0;
  await helpers.signal(pod, 'KILL');
  await tryUntil('the kubelet restarts the worker', RESTARTED_WITHIN_MS, async () => {
    const now = (await readPods(kubectl, 'lane=llm')).find(
      ({ metadata }) => metadata.name === pod?.metadata.name,
    );
    const [again] = now?.status.containerStatuses ?? [];
    return again?.ready && again.restartCount > before ? true : undefined;
  });
}

async function describeTroubles(run: Run): Promise<string[]> {
  const pods = await run('get', 'pods', '--output=wide');
  const events = await run('get', 'events', '--field-selector=type=Warning');
  return [...pods.stdout.split('\n'), ...events.stdout.split('\n').slice(-15)];
}

/**
 * Makes the Services reachable from this machine: the web UI at a node's port, as through a load balancer, and the
 * others as in README.md.
 */
async function openPlace(kubectl: Kubectl): Promise<{ place: Place; close(): Promise<void> }> {
  const outside = 'aio-web-outside';
  const within = `--namespace=${NAMESPACE}`;
  const read = async (...args: string[]) => (await kubectl.run(['get', ...args])).stdout;
  await kubectl.run(['expose', within, 'service/aio-web', '--type=NodePort', `--name=${outside}`]);
  const address = 'jsonpath={.items[0].status.addresses[?(@.type=="InternalIP")].address}';
  const host = await read('nodes', `--output=${address}`);
  const port = await read(
    'service',
    outside,
    within,
    '--output=jsonpath={.spec.ports[0].nodePort}',
  );
  const forwards: Forward[] = [];
  const forward = async (service: string, port: number) => {
    const opened = await kubectl.forward(NAMESPACE, `service/${service}`, port);
    forwards.push(opened);
    return `http://127.0.0.1:${opened.port}`;
  };
  const web = `http://${host}:${port}`;
  const [keycloak, jaeger] = [await forward('keycloak', 8180), await forward('jaeger', 16_686)];
  return {
    place: { web, api: web, keycloak, jaeger, prometheus: '', grafana: '' },
    async close() {
      for (const { part } of forwards) await part.stop();
    },
  };
}
