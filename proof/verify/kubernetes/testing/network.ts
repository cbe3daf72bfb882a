import { BlockList } from 'node:net';
import type { Manifest } from '../manifest.ts';

/** One end of a connection: a pod, or an address outside the cluster. */
export interface Endpoint {
  name: string;
  namespace?: string;
  labels?: Readonly<Record<string, string>>;
  address?: string;
}

interface Selector {
  matchLabels?: Record<string, string>;
  matchExpressions?: { key: string; operator: string; values: string[] }[];
}

interface Peer {
  podSelector?: Selector;
  namespaceSelector?: Selector;
  ipBlock?: { cidr: string; except?: string[] };
}

interface Rule {
  from?: Peer[];
  to?: Peer[];
  ports?: { protocol: string; port: number }[];
}

interface Policy {
  podSelector: Selector;
  policyTypes: string[];
  ingress?: Rule[];
  egress?: Rule[];
}

const NAMESPACE = 'aio';

/** @returns a function that says whether the NetworkPolicies of the namespace `aio` allow a TCP connection */
export function createFirewall(objects: readonly Manifest[]) {
  const policies = objects
    .filter(({ kind }) => kind === 'NetworkPolicy')
    .map(({ spec }) => spec as Policy);

  return (from: Endpoint, to: Endpoint, port: number): boolean =>
    isAllowed(from, to, 'Egress', port) && isAllowed(to, from, 'Ingress', port);

  /** A pod without a policy of this type is open. */
  function isAllowed(pod: Endpoint, peer: Endpoint, type: string, port: number): boolean {
    const own = policies.filter(
      ({ podSelector, policyTypes }) =>
        pod.namespace === NAMESPACE && policyTypes.includes(type) && selects(podSelector, pod),
    );
    const rules = own.flatMap(({ egress = [], ingress = [] }) =>
      type === 'Egress'
        ? egress.map(({ to, ports }) => ({ peers: to, ports }))
        : ingress.map(({ from, ports }) => ({ peers: from, ports })),
    );
    const isOpen = rules.some(
      ({ peers, ports }) =>
        (peers === undefined || peers.some((one) => isPeer(one, peer))) &&
        (ports === undefined || ports.some((one) => one.protocol === 'TCP' && one.port === port)),
    );
    return own.length === 0 || isOpen;
  }
}

function isPeer({ podSelector, namespaceSelector, ipBlock }: Peer, endpoint: Endpoint): boolean {
  if (ipBlock) return endpoint.address !== undefined && isWithin(ipBlock, endpoint.address);
  const { namespace } = endpoint;
  if (namespace === undefined) return false;
  const isThere =
    namespaceSelector === undefined
      ? namespace === NAMESPACE
      : matches(namespaceSelector, { 'kubernetes.io/metadata.name': namespace });
  return isThere && (podSelector === undefined || selects(podSelector, endpoint));
}

function isWithin({ cidr, except = [] }: NonNullable<Peer['ipBlock']>, address: string): boolean {
  return isInRange(cidr, address) && !except.some((range) => isInRange(range, address));
}

function isInRange(range: string, address: string): boolean {
  const [first = '', bits] = range.split('/');
  const family = (text: string) => (text.includes(':') ? 'ipv6' : 'ipv4');
  const list = new BlockList();
  list.addSubnet(first, Number(bits), family(first));
  return family(first) === family(address) && list.check(address, family(address));
}

function selects(selector: Selector, { labels = {} }: Endpoint): boolean {
  return matches(selector, labels);
}

function matches({ matchLabels = {}, matchExpressions = [] }: Selector, labels: object): boolean {
  const valueOf = (key: string) => (labels as Record<string, string>)[key] ?? '';
  return (
    Object.entries(matchLabels).every(([key, value]) => valueOf(key) === value) &&
    matchExpressions.every(({ key, operator, values }) => {
      if (operator !== 'In') throw new Error(`operator ${operator} is not supported`);
      return values.includes(valueOf(key));
    })
  );
}
