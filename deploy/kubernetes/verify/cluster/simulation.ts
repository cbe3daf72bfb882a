import { globSync } from 'node:fs';
import { join } from 'node:path';
import type { ControlPlane } from './control-plane.ts';
import { type ControllerOptions, startControllers } from './controllers.ts';

export interface SimulationOptions extends ControllerOptions {
  programs: ControllerOptions['programs'] & { kwok: string };
  /** Folder of KWOK's module. */
  kwokModule: string;
}

/** How KWOK plays nodes and pods: everything happens at once. */
const STAGES = 'kustomize/stage/{node/{fast,heartbeat-with-lease},pod/fast}/[!k]*.yaml';

/** One in each zone. */
export const NODES = ['node-a', 'node-b', 'node-c'] as const;

/**
 * Starts the controllers, and KWOK, which plays the nodes and runs nothing.
 * @returns ends all of it
 * @throws StackError with the last lines of the one that does not start
 */
export async function startSimulation(
  controlPlane: ControlPlane,
  options: SimulationOptions,
): Promise<() => Promise<void>> {
  const { kubectl } = controlPlane;
  const { programs, kwokModule } = options;
  const stages = globSync(STAGES, { cwd: kwokModule }).map((file) => join(kwokModule, file));
  await kubectl.run(['apply', '--server-side', '--filename=-'], nodes());
  const controllers = await startControllers(controlPlane, options);
  try {
    await controllers.start(
      'kwok',
      programs.kwok,
      [
        '--manage-all-nodes=true',
        // Without a lease the nodes count as lost after a minute, and their pods as not ready.
        '--node-lease-duration-seconds=40',
        ...stages.map((file) => `--config=${file}`),
      ],
      async () => {
        const ready = ['--for=condition=Ready', 'node', '--all', '--timeout=5s'];
        return (await kubectl.run(['wait', ...ready])).stdout !== '';
      },
    );
    return controllers.stop;
  } catch (error) {
    await controllers.stop();
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
