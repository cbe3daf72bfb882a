import { type Part, startPart } from '@aio/stack/process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Kubectl } from '../cluster/kubectl.ts';
import { MACHINE } from './network.ts';
import type { NodePrograms } from './programs.ts';

interface ServiceList {
  items: { metadata: { name: string; namespace: string }; spec: { clusterIP?: string } }[];
}

/** Addresses of the Services of a namespace, by name. */
export type Addresses = ReadonlyMap<string, string>;

export async function readServices(kubectl: Kubectl, namespace: string): Promise<Addresses> {
  const { stdout } = await kubectl.run([
    'get',
    'services',
    `--namespace=${namespace}`,
    '--output=json',
  ]);
  const { items } = JSON.parse(stdout) as ServiceList;
  return new Map(items.map(({ metadata, spec }) => [metadata.name, spec.clusterIP ?? '']));
}

/**
 * Starts dnsmasq, which resolves Services instead of CoreDNS. That suffices because the Services do not change.
 * @throws StackError if it does not start
 */
export function startNames(
  { dnsmasq, env }: NodePrograms,
  { folder, namespace, addresses }: { folder: string; namespace: string; addresses: Addresses },
): Promise<Part> {
  const hosts = join(folder, 'services.hosts');
  const lines = [...addresses].map(
    ([name, address]) => `${address} ${name}.${namespace}.svc.cluster.local\n`,
  );
  writeFileSync(hosts, lines.join(''));
  const logFile = join(folder, 'logs/dnsmasq.log');
  return startPart({
    name: 'dnsmasq',
    command: dnsmasq,
    args: [
      '--keep-in-foreground',
      '--conf-file=/dev/null',
      '--user=root',
      '--pid-file=',
      `--listen-address=${MACHINE}`,
      '--bind-interfaces',
      '--no-resolv',
      '--no-hosts',
      `--addn-hosts=${hosts}`,
      '--local=/cluster.local/',
      '--log-facility=-',
    ],
    env: { PATH: env.PATH },
    logFile,
    isReady: (part) => part.lastLines().some((line) => line.includes('read')),
  });
}
