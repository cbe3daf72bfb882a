import { findFreePort } from '@aio/stack/free-port';
import { type Part, startPart } from '@aio/stack/process';
import { join } from 'node:path';
import type { ControlPlane } from './control-plane.ts';

export interface ControllerOptions {
  programs: { controllerManager: string; scheduler: string };
  folder: string;
  env: NodeJS.ProcessEnv;
}

/** Programs that use the API server. */
export interface Controllers {
  /** Starts a program. @throws StackError with its last lines */
  start(
    name: string,
    command: string,
    args: readonly string[],
    isReady: () => Promise<boolean>,
  ): Promise<void>;
  /** Ends all programs, the last one first. */
  stop(): Promise<void>;
}

/**
 * Starts controller manager and scheduler.
 * @throws StackError with the last lines of the program that does not start
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
        // The checks set metrics, which must count at once.
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
