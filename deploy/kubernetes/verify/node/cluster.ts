import { join } from 'node:path';
import { startControlPlane } from '../cluster/control-plane.ts';
import { startControllers } from '../cluster/controllers.ts';
import type { Kubectl } from '../cluster/kubectl.ts';
import { createNetwork, MACHINE, NODES } from './network.ts';
import type { NodePrograms } from './programs.ts';
import { type Node, startNode } from './start-node.ts';

export interface ClusterPrograms {
  etcd: string;
  apiServer: string;
  kubectl: string;
  controllerManager: string;
  scheduler: string;
  kubelet: string;
  kubeProxy: string;
  node: NodePrograms;
}

/** A control plane on this machine, with real nodes. */
export interface Cluster {
  kubectl: Kubectl;
  nodes: readonly Node[];
  /** `stop` calls this first. */
  beforeEnd(work: () => Promise<unknown>): void;
  stop(): Promise<void>;
}

/** @throws StackError with the last lines of the program that does not start; the others end */
export async function startCluster(options: {
  programs: ClusterPrograms;
  folder: string;
  env: NodeJS.ProcessEnv;
  signal: AbortSignal;
}): Promise<Cluster> {
  const { programs, folder, env, signal } = options;
  const ends: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const end of ends.toReversed()) await end();
  };
  try {
    const network = createNetwork(programs.node.env);
    ends.push(async () => network.remove());
    const controlPlane = await startControlPlane({
      programs,
      folder,
      env,
      signal,
      address: MACHINE,
    });
    ends.push(controlPlane.stop);
    const controllers = await startControllers(controlPlane, { programs, folder, env });
    ends.push(controllers.stop);
    const { kubectl, kubeconfig } = controlPlane;
    const nodes: Node[] = [];
    for (const spec of NODES) {
      const { kubelet, kubeProxy } = programs;
      const node = await startNode(spec, {
        programs: { ...programs.node, kubelet, kubeProxy },
        network,
        kubeconfig,
        kubectl,
        signal,
        folder: join(folder, 'nodes'),
      });
      ends.push(node.stop);
      nodes.push(node);
    }
    return { kubectl, nodes, beforeEnd: (work) => void ends.push(work), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
