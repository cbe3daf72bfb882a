import { globSync } from 'node:fs';
import { join } from 'node:path';
import type { ControlPlane } from './control-plane.ts';
import { type ControllerOptions, startControllers } from './controllers.ts';

export interface SimulationOptions extends ControllerOptions {
  programs: ControllerOptions['programs'] & { kwok: string };
  /** Folder of KWOK's Go module. */
  kwokModule: string;
}

/** KWOK's stages: nodes and pods become ready at once. */
const STAGES = 'kustomize/stage/{node/{fast,heartbeat-with-lease},pod/fast}/[!k]*.yaml';

/** One node per zone. */
export const NODES = ['node-a', 'node-b', 'node-c'] as const;

/**
 * Starts the controllers and KWOK, which simulates nodes.
 * @returns a function that ends them
 * @throws StackError with the last lines of the program that does not start
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
        // Without a lease, nodes count as lost after a minute and their pods as not ready.
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
