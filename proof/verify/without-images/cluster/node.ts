import { runCommand } from '@aio/tools/process/command';
import { readLastLines } from '@aio/tools/process/log-tail';
import { type Part, startPart } from '@aio/tools/process/process';
import { StackError } from '@aio/tools/stack-error';
import { mkdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeCgroup, makeDisk, removeCgroups } from '../machine.ts';
import type { ControlPlane } from './control-plane.ts';
import { type Network, networkVariables, type NodeSpec } from './network.ts';
import { nodeFiles } from './node-files.ts';

export interface NodeOptions {
  /** Paths by name. */
  programs: Readonly<Record<string, string>>;
  /** PATH with containerd, runc, iptables and ip. */
  env: NodeJS.ProcessEnv;
  network: Network;
  controlPlane: ControlPlane;
  /** Contains a folder per node. */
  folder: string;
  signal: AbortSignal;
}

export interface Node {
  /** Imports images of an archive of `docker save`. */
  load(archive: string): Promise<void>;
  /** Ends the node and its pods. */
  stop(): Promise<void>;
}

const LAST_LINES = 10;
const IN_NAMESPACES =
  '--pdeathsig KILL unshare --mount --pid --net --mount-proc --fork --kill-child'.split(' ');

/**
 * Starts containerd, kubelet and kube-proxy in new process, mount and network namespaces, so that everything on the
 * node ends with them, even if this process is killed.
 * @throws StackError with the last lines if the node does not become ready
 */
export async function startNode(spec: NodeSpec, options: NodeOptions): Promise<Node> {
  const { programs, env, network, controlPlane, signal } = options;
  const { kubeconfig } = controlPlane;
  const folder = join(options.folder, spec.name);
  const cgroup = `aio-${process.pid}-${spec.name}`;
  const files = nodeFiles({ ...spec, folder, kubeconfig, cniFolder: programs.cni ?? '', cgroup });
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  mkdirSync(join(folder, 'disk'));
  makeDisk(join(folder, 'disk.img'), env);
  makeCgroup(cgroup);
  let part: Part | undefined;
  const kill = () => void part?.kill();
  signal.addEventListener('abort', kill);
  const stop = async () => {
    signal.removeEventListener('abort', kill);
    await part?.kill();
    await removeCgroups(cgroup);
  };
  try {
    await startPart({
      name: spec.name,
      command: 'setpriv',
      args: [...IN_NAMESPACES, 'sh', join(import.meta.dirname, 'init.sh')],
      env: {
        ...env,
        ...networkVariables(spec),
        NODE_FOLDER: folder,
        NODE_NAME: spec.name,
        NODE_ZONE: spec.zone,
        KUBECONFIG: kubeconfig,
        KUBELET: programs.kubelet,
        KUBE_PROXY: programs['kube-proxy'],
      },
      logFile: join(folder, 'init.log'),
      onSpawn: (started) => (part = started),
      isReady: hasOwnNetwork,
    });
    network.plugIn(spec, part!.identity.pid);
    await controlPlane.kubectl('wait', '--for=create', `node/${spec.name}`, '--timeout=60s');
    await controlPlane.kubectl(
      'wait',
      '--for=condition=Ready',
      `node/${spec.name}`,
      '--timeout=90s',
    );
  } catch (error) {
    await stop();
    throw withLogs(error, folder);
  }
  const socket = join(folder, 'containerd.sock');
  return {
    stop,
    load: (archive) =>
      runCommand({
        purpose: `importing images on ${spec.name}`,
        command: 'ctr',
        args: [`--address=${socket}`, '--namespace=k8s.io', 'images', 'import', archive],
        env,
        logFile: join(folder, 'ctr.log'),
        signal,
      }),
  };
}

/** The process has left this machine's network namespace. */
function hasOwnNetwork({ identity }: Part): boolean {
  return readlinkSync(`/proc/${identity.pid}/ns/net`) !== readlinkSync('/proc/self/ns/net');
}

function withLogs(error: unknown, folder: string): StackError {
  const message = error instanceof Error ? error.message : String(error);
  const details = ['init', 'containerd', 'kubelet', 'kube-proxy'].flatMap((name) => [
    `${name}:`,
    ...readLastLines(join(folder, `${name}.log`), LAST_LINES),
  ]);
  return new StackError(message, { cause: error, details });
}
