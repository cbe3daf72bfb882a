import { type Part, startPart } from '@aio/tools/process/process';
import { type DebianProgram, unpackDebianProgram } from '@aio/tools/programs/debian-packages';
import { findProgram } from '@aio/tools/programs/program';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findEngineTools } from '../engine.ts';
import { getGoProgram, type ProgramOptions } from '../go-programs.ts';
import { compareNetworks, readNetwork } from '../host-network.ts';
import { type ControlPlane, startControlPlane } from './control-plane.ts';
import { createNetwork, MACHINE, NODES } from './network.ts';
import { type Node, startNode } from './node.ts';

/** A control plane on this machine, with two nodes that run containers. */
export interface OwnCluster {
  kubeconfig: string;
  kubectl: string;
  /** Puts the images of an archive of `docker save` onto the nodes. */
  load(archive: string): Promise<void>;
  /** Makes the names of a namespace's Services resolve. They must not change later. */
  resolveNames(namespace: string): Promise<void>;
  /** @returns descriptions of leftovers */
  stop(): Promise<string[]>;
}

const FROM_GO = [
  'kubectl',
  'etcd',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kubelet',
  'kube-proxy',
];
const CNI: DebianProgram = {
  names: [],
  packages: ['containernetworking-plugins'],
  binary: '/usr/lib/cni/ptp',
};
const DNSMASQ: DebianProgram = {
  names: ['dnsmasq'],
  packages: ['dnsmasq-base'],
  binary: '/usr/sbin/dnsmasq',
};

/** @throws StackError with the reason if this machine cannot run one, or a program does not start */
export async function startCluster(
  options: ProgramOptions & { folder: string },
): Promise<OwnCluster> {
  const { env: tools } = await findEngineTools(options);
  const programs = await findPrograms(options);
  const before = readNetwork(tools);
  const { folder, env, signal } = options;
  mkdirSync(folder, { recursive: true });
  const ends: (() => unknown)[] = [];
  const stop = async () => {
    for (const end of ends.splice(0).toReversed()) await end();
    return compareNetworks(before, readNetwork(tools));
  };
  const onStart = (part: Part) => void ends.push(() => part.stop());
  try {
    const network = createNetwork(tools);
    ends.push(() => network.remove());
    const controlPlane = await startControlPlane({ programs, folder, env, onStart });
    const nodes: Node[] = [];
    for (const spec of NODES) {
      const node = await startNode(spec, {
        programs,
        env: tools,
        network,
        controlPlane,
        signal,
        folder: join(folder, 'nodes'),
      });
      ends.push(node.stop);
      nodes.push(node);
    }
    return {
      kubeconfig: controlPlane.kubeconfig,
      kubectl: programs.kubectl ?? '',
      async load(archive) {
        for (const node of nodes) await node.load(archive);
      },
      async resolveNames(namespace) {
        const hosts = await listHosts(controlPlane, namespace);
        onStart(await startNames(programs.dnsmasq ?? '', { hosts, folder, env: tools }));
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** @returns paths by name */
async function findPrograms(options: ProgramOptions): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const name of FROM_GO) found[name] = await getGoProgram(name, options);
  const { dataDir, env, say, signal } = options;
  const where = { dataDir, searchPath: env.PATH ?? '', signal };
  const onUnpack = () => say("downloading Debian's CNI plugins and dnsmasq");
  const cni = await unpackDebianProgram(CNI, { ...where, onUnpack });
  const folders = [join(dirname(cni), 'root/usr/lib/cni'), '/usr/lib/cni'];
  found.cni = folders.find((folder) => existsSync(folder)) ?? '';
  found.dnsmasq = (await findProgram(DNSMASQ, where)).path;
  return found;
}

/** @returns lines of a hosts file */
async function listHosts({ kubectl }: ControlPlane, namespace: string): Promise<string> {
  const line = `{.spec.clusterIP} {.metadata.name}.${namespace}.svc.cluster.local{"\\n"}`;
  const path = `jsonpath={range .items[*]}${line}{end}`;
  return kubectl('get', 'services', `--namespace=${namespace}`, `--output=${path}`);
}

/** Starts dnsmasq instead of CoreDNS. */
function startNames(
  dnsmasq: string,
  { hosts, folder, env }: { hosts: string; folder: string; env: NodeJS.ProcessEnv },
): Promise<Part> {
  const file = join(folder, 'services.hosts');
  writeFileSync(file, hosts);
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
      `--addn-hosts=${file}`,
      '--local=/cluster.local/',
      '--log-facility=-',
    ],
    env: { PATH: env.PATH },
    logFile: join(folder, 'logs/dnsmasq.log'),
    isReady: (part) => part.lastLines().some((line) => line.includes('read')),
  });
}
