import { StackError } from '@aio/stack/stack-error';
import { execFileSync } from 'node:child_process';

/** A node, and what it has of the network. */
export interface NodeSpec {
  name: string;
  zone: string;
  address: string;
  /** Addresses of its pods. */
  pods: string;
}

export const NODES = [
  { name: 'node-a', zone: 'zone-a', address: '10.213.0.11', pods: '10.244.1.0/24' },
  { name: 'node-b', zone: 'zone-b', address: '10.213.0.12', pods: '10.244.2.0/24' },
] as const satisfies readonly NodeSpec[];

/** This machine, as nodes and pods reach it: the API server and DNS are there. */
export const MACHINE = '10.213.0.1';
export const SERVICES = '10.96.0.0/16';
export const PODS = '10.244.0.0/16';
const BITS = 24;
const BRIDGE = 'aio-k8s';

/** A switch on this machine, to which nodes are plugged in. */
export interface Network {
  /** Gives the node that has this process the device `eth0`, and this machine a way to its pods. */
  plugIn(node: NodeSpec, pid: number): void;
  /** Takes the switch away, with every way that leads over it. */
  remove(): void;
}

/** @throws StackError when this machine has these addresses already */
export function createNetwork(env: NodeJS.ProcessEnv): Network {
  const ip = (line: string) => execFileSync('ip', line.split(' '), { env, encoding: 'utf8' });
  const taken = [MACHINE, SERVICES, PODS].filter((address) =>
    ip(`route show to match ${address}`)
      .split('\n')
      .some((line) => line !== '' && !line.startsWith('default')),
  );
  if (taken.length > 0)
    throw new StackError(`this machine has a way to ${taken.join(', ')} already`);
  ip(`link add ${BRIDGE} type bridge`);
  ip(`addr add ${MACHINE}/${BITS} dev ${BRIDGE}`);
  ip(`link set ${BRIDGE} up`);
  return {
    plugIn({ name, address, pods }, pid) {
      const plug = `aio-${name}`;
      ip(`link add ${plug} type veth peer name eth0 netns ${pid}`);
      ip(`link set ${plug} master ${BRIDGE} up`);
      ip(`route add ${pods} via ${address}`);
      // Any node knows the way to a Service.
      if (name === NODES[0].name) ip(`route add ${SERVICES} via ${address}`);
    },
    remove: () => void ip(`link delete ${BRIDGE}`),
  };
}

/** A node's part of the network, as variables of `init.sh`. */
export function networkVariables({ name, address }: NodeSpec): Record<string, string> {
  const others = NODES.filter((node) => node.name !== name);
  return {
    NODE_ADDRESS: `${address}/${BITS}`,
    NODE_GATEWAY: MACHINE,
    NODE_ROUTES: others.map((other) => `${other.pods}=${other.address}`).join(' '),
  };
}
