import { findFreePort } from '@aio/stack/free-port';
import { type Part, startPart } from '@aio/stack/process';
import { join } from 'node:path';
import type { ControlPlane } from './control-plane.ts';

export interface ControllerOptions {
  programs: { controllerManager: string; scheduler: string };
  folder: string;
  env: NodeJS.ProcessEnv;
}

/** Programs that speak to the API server, in the order in which they were started. */
export interface Controllers {
  /** Starts one more. @throws StackError with its last lines */
  start(
    name: string,
    command: string,
    args: readonly string[],
    isReady: () => Promise<boolean>,
  ): Promise<void>;
  /** Ends all of them, the last one first. */
  stop(): Promise<void>;
}

/**
 * Starts what turns Deployments into pods, and what puts them on nodes.
 * @throws StackError with the last lines of the one that does not start
 */
export async function startControllers(
  { kubectl, kubeconfig, serviceAccountKey }: ControlPlane,
  { programs, folder, env }: ControllerOptions,
): Promise<Controllers> {
  const started: Part[] = [];
  const controllers: Controllers = {
    async start(name, command, args, isReady) {
      const logFile = join(folder, `logs/${name}.log`);
      const spec = {
        name,
        command,
        args: [`--kubeconfig=${kubeconfig}`, ...args],
        logFile,
        isReady,
      };
      started.push(await startPart({ ...spec, env: { PATH: env.PATH, HOME: folder } }));
    },
    async stop() {
      for (const part of started.toReversed()) await part.stop();
    },
  };
  const hasLease = (name: string) => async () =>
    (await kubectl.run(['get', 'lease', name, '--namespace=kube-system'])).stdout.includes(name);
  const onLoopback = async () => [
    `--secure-port=${await findFreePort()}`,
    '--bind-address=127.0.0.1',
  ];
  try {
    await controllers.start(
      'kube-controller-manager',
      programs.controllerManager,
      [
        ...(await onLoopback()),
        `--cert-dir=${join(folder, 'controller-manager')}`,
        `--service-account-private-key-file=${serviceAccountKey}`,
        // Figures are set here, and count at once.
        '--horizontal-pod-autoscaler-sync-period=2s',
        '--horizontal-pod-autoscaler-cpu-initialization-period=0s',
        '--horizontal-pod-autoscaler-initial-readiness-delay=0s',
      ],
      hasLease('kube-controller-manager'),
    );
    await controllers.start(
      'kube-scheduler',
      programs.scheduler,
      [...(await onLoopback()), `--cert-dir=${join(folder, 'scheduler')}`],
      hasLease('kube-scheduler'),
    );
    return controllers;
  } catch (error) {
    await controllers.stop();
    throw error;
  }
}
