import { StackError } from '@aio/tools/stack-error';
import { execFileSync } from 'node:child_process';

/** A node and its addresses. */
export interface NodeSpec {
  name: string;
  zone: string;
  address: string;
  /** Range of its pods. */
  pods: string;
}

export const NODES = [
  { name: 'node-a', zone: 'zone-a', address: '10.213.0.11', pods: '10.244.1.0/24' },
  { name: 'node-b', zone: 'zone-b', address: '10.213.0.12', pods: '10.244.2.0/24' },
] as const satisfies readonly NodeSpec[];

/** Address at which nodes and pods reach this machine's API server and DNS. */
export const MACHINE = '10.213.0.1';
export const SERVICES = '10.96.0.0/16';
export const PODS = '10.244.0.0/16';
const BITS = 24;
const BRIDGE = 'aio-k8s';

/** A network bridge on this machine that connects the nodes. */
export interface Network {
  /** Gives the node's process the device `eth0`, and this machine a route to its pods. */
  plugIn(node: NodeSpec, pid: number): void;
  /** Removes the bridge and its routes. */
  remove(): void;
}

/** @throws StackError if this machine already has routes to these addresses */
export function createNetwork(env: NodeJS.ProcessEnv): Network {
  const ip = (line: string) => execFileSync('ip', line.split(' '), { env, encoding: 'utf8' });
  const taken = [MACHINE, SERVICES, PODS].filter((address) =>
    ip(`route show to match ${address}`)
      .split('\n')
      .some((line) => line !== '' && !line.startsWith('default')),
  );
  if (taken.length > 0)
    throw new StackError(`this machine already has a route to ${taken.join(', ')}`);
  ip(`link add ${BRIDGE} type bridge`);
  ip(`addr add ${MACHINE}/${BITS} dev ${BRIDGE}`);
  ip(`link set ${BRIDGE} up`);
  return {
    plugIn({ name, address, pods }, pid) {
      const plug = `aio-${name}`;
      ip(`link add ${plug} type veth peer name eth0 netns ${pid}`);
      ip(`link set ${plug} master ${BRIDGE} up`);
      ip(`route add ${pods} via ${address}`);
      // Every node routes to Services; one is enough.
      if (name === NODES[0].name) ip(`route add ${SERVICES} via ${address}`);
    },
    remove: () => void ip(`link delete ${BRIDGE}`),
  };
}

/** Variables of `init.sh` for a node's network. */
export function networkVariables({ name, address }: NodeSpec): Record<string, string> {
  const others = NODES.filter((node) => node.name !== name);
  return {
    NODE_ADDRESS: `${address}/${BITS}`,
    NODE_GATEWAY: MACHINE,
    NODE_ROUTES: others.map((other) => `${other.pods}=${other.address}`).join(' '),
  };
}
