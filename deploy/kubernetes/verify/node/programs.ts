import { DOCKERD } from '@aio/stack/without-images/engine/debian-programs';
import { findTools } from '@aio/stack/without-images/engine/own-engine';
import {
  type DebianProgram,
  unpackDebianProgram,
} from '@aio/stack/without-images/servers/debian-packages';
import { findOnPath } from '@aio/stack/find-on-path';
import { findProgram } from '@aio/stack/without-images/servers/program';
import { StackError } from '@aio/stack/stack-error';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ToolOptions } from '../tools.ts';

/** Programs that a node needs in addition to those of Kubernetes. */
export interface NodePrograms {
  /** PATH with containerd, runc, iptables and ip. */
  env: NodeJS.ProcessEnv;
  /** Folder of the plugins that give pods a network. */
  cniFolder: string;
  /** Resolves the names of Services. */
  dnsmasq: string;
}

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
const WANTED = ['containerd', 'ctr', 'runc', 'ip', 'setpriv', 'unshare', 'mkfs.ext4'];

/**
 * Finds the programs on PATH, or unpacks Debian's packages into the data folder.
 * @throws StackError with the reason if this machine cannot run a node
 */
export async function findNodePrograms({
  dataDir,
  env,
  say,
  signal,
}: ToolOptions): Promise<NodePrograms> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    throw new StackError('a node needs Linux and root');
  const options = { dataDir, searchPath: env.PATH ?? '', signal };
  const onUnpack = (name: string) => () => say(`downloading Debian's ${name}`);
  const dockerd = await findProgram(DOCKERD, { ...options, onUnpack: onUnpack('containerd') });
  const tools = findTools(dockerd.path, options.searchPath);
  const missing = WANTED.filter((name) => findOnPath([name], tools.PATH ?? '') === undefined);
  if (missing.length > 0) throw new StackError(`a node needs ${missing.join(', ')}`);
  const cni = await unpackDebianProgram(CNI, {
    ...options,
    onUnpack: onUnpack('containernetworking-plugins'),
  });
  const folders = [join(dirname(cni), 'root/usr/lib/cni'), '/usr/lib/cni'];
  const dnsmasq = await findProgram(DNSMASQ, { ...options, onUnpack: onUnpack('dnsmasq-base') });
  return {
    env: tools,
    cniFolder: folders.find((folder) => existsSync(folder)) ?? '',
    dnsmasq: dnsmasq.path,
  };
}
