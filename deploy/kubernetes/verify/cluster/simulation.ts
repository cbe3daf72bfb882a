import { type Part, startPart } from '@aio/stack/process';
import { join } from 'node:path';
import { findFreePort } from '@aio/stack/free-port';
import type { ControlPlane } from './control-plane.ts';

export interface SimulationOptions {
  programs: { controllerManager: string; scheduler: string; kwok: string };
  folder: string;
  env: NodeJS.ProcessEnv;
}

/** One in each zone. */
export const NODES = ['node-a', 'node-b', 'node-c'] as const;

/**
 * Starts what turns Deployments into pods and puts them on nodes, and KWOK, which plays the nodes and runs nothing.
 * @returns ends all of it
 * @throws StackError with the last lines of the one that does not start
 */
export async function startSimulation(
  { kubectl, kubeconfig, serviceAccountKey }: ControlPlane,
  { programs, folder, env }: SimulationOptions,
): Promise<() => Promise<void>> {
  const started: Part[] = [];
  const stop = async () => {
    for (const part of started.toReversed()) await part.stop();
  };
  const start = async (
    name: string,
    command: string,
    args: string[],
    isReady: () => Promise<boolean>,
  ) => {
    const logFile = join(folder, `logs/${name}.log`);
    const spec = { name, command, args: [`--kubeconfig=${kubeconfig}`, ...args], logFile, isReady };
    started.push(await startPart({ ...spec, env: { PATH: env.PATH, HOME: folder } }));
  };
  const hasLease = (name: string) => async () =>
    (await kubectl.run(['get', 'lease', name, '--namespace=kube-system'])).stdout.includes(name);
  try {
    await kubectl.run(['apply', '--server-side', '--filename=-'], nodes());
    await start(
      'kube-controller-manager',
      programs.controllerManager,
      [
        `--secure-port=${await findFreePort()}`,
        '--bind-address=127.0.0.1',
        `--cert-dir=${join(folder, 'controller-manager')}`,
        `--service-account-private-key-file=${serviceAccountKey}`,
        // The figures are set, and count at once.
        '--horizontal-pod-autoscaler-sync-period=2s',
        '--horizontal-pod-autoscaler-cpu-initialization-period=0s',
        '--horizontal-pod-autoscaler-initial-readiness-delay=0s',
      ],
      hasLease('kube-controller-manager'),
    );
    await start(
      'kube-scheduler',
      programs.scheduler,
      [
        `--secure-port=${await findFreePort()}`,
        '--bind-address=127.0.0.1',
        `--cert-dir=${join(folder, 'scheduler')}`,
      ],
      hasLease('kube-scheduler'),
    );
    await start('kwok', programs.kwok, ['--manage-all-nodes=true'], async () => {
      const ready = ['--for=condition=Ready', 'node', '--all', '--timeout=5s'];
      return (await kubectl.run(['wait', ...ready])).stdout !== '';
    });
    return stop;
  } catch (error) {
    await stop();
    throw error;
  }
}

function nodes(): string {
  const items = NODES.map((name) => ({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: {
        'kubernetes.io/hostname': name,
        'topology.kubernetes.io/zone': name.replace('node', 'zone'),
      },
    },
  }));
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
}
