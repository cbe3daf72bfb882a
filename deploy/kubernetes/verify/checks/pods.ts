import { StackError } from '@aio/stack/stack-error';
import type { Kubectl } from '../cluster/kubectl.ts';
import { NAMESPACE } from '../manifest.ts';
import type { Node } from '../node/start-node.ts';

/** A pod of one container. */
export interface Pod {
  metadata: { name: string; deletionTimestamp?: string };
  spec: { nodeName?: string; containers: { ports?: { name: string; containerPort: number }[] }[] };
  status: {
    phase: string;
    podIP?: string;
    conditions?: { type: string; status: string; lastTransitionTime: string }[];
    containerStatuses?: { containerID?: string; ready: boolean; restartCount: number }[];
  };
}

/** @returns pods that run and are not about to end, by default all of AIO */
export async function readPods(
  kubectl: Kubectl,
  selector = 'app.kubernetes.io/name=aio',
): Promise<Pod[]> {
  const asked = ['pods', `--namespace=${NAMESPACE}`, `--selector=${selector}`, '--output=json'];
  const { stdout } = await kubectl.run(['get', ...asked]);
  const { items } = JSON.parse(stdout) as { items: Pod[] };
  return items.filter(
    ({ metadata, status }) =>
      status.phase === 'Running' && metadata.deletionTimestamp === undefined,
  );
}

/** @returns containerd's id of the pod's container, and its node @throws StackError if it is on none */
export function findContainer(
  pod: Pod | undefined,
  nodes: readonly Node[],
): { node: Node; id: string } {
  const node = nodes.find(({ spec }) => spec.name === pod?.spec.nodeName);
  const id = pod?.status.containerStatuses?.[0]?.containerID?.replace('containerd://', '');
  if (node === undefined || id === undefined)
    throw new StackError(`no container of pod ${pod?.metadata.name} runs`);
  return { node, id };
}
