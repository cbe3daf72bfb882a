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

/** What a node wants beside Kubernetes' own programs. */
export interface NodePrograms {
  /** With containerd, runc, iptables and ip on its PATH. */
  env: NodeJS.ProcessEnv;
  /** Of the plugins that give pods a network. */
  cniFolder: string;
  /** Answers for the names of Services. */
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
 * From PATH, else of Debian's packages, unpacked into the data folder.
 * @throws StackError with the reason when this machine can have no node
 */
export async function findNodePrograms({
  dataDir,
  env,
  say,
  signal,
}: ToolOptions): Promise<NodePrograms> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    throw new StackError('a node is started by hand on Linux, and by root alone');
  const options = { dataDir, searchPath: env.PATH ?? '', signal };
  const onUnpack = (name: string) => () => say(`getting Debian's ${name}`);
  const dockerd = await findProgram(DOCKERD, { ...options, onUnpack: onUnpack('containerd') });
  const tools = findTools(dockerd.path, options.searchPath);
  const missing = WANTED.filter((name) => findOnPath([name], tools.PATH ?? '') === undefined);
  if (missing.length > 0) throw new StackError(`a node wants ${missing.join(', ')}`);
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
