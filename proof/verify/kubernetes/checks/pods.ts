import type { Kubectl } from '../kubectl.ts';
import { NAMESPACE } from '../manifest.ts';

/** A pod of one container. */
export interface Pod {
  metadata: { name: string; labels?: Record<string, string>; deletionTimestamp?: string };
  spec: {
    nodeName?: string;
    containers: {
      name: string;
      resources?: { requests?: { cpu?: string } };
      ports?: { name: string; containerPort: number }[];
    }[];
  };
  status: {
    phase: string;
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
