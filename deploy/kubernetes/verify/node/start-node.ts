import { freeze } from '@aio/loadtest/lib/freeze';
import { removeCgroups } from '@aio/stack/without-images/engine/own-engine';
import { tryUntil } from '@aio/compose/verify/checks/try-until';
import { runCommand } from '@aio/stack/command';
import { readLastLines } from '@aio/stack/log-tail';
import { type Part, startPart } from '@aio/stack/process';
import { StackError } from '@aio/stack/stack-error';
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { Kubectl } from '../cluster/kubectl.ts';
import { type Network, networkVariables, type NodeSpec } from './network.ts';
import type { NodePrograms } from './programs.ts';
import { nodeFiles } from './settings.ts';

export interface NodeOptions {
  programs: NodePrograms & { kubelet: string; kubeProxy: string };
  network: Network;
  /** Contains a folder per node. */
  folder: string;
  kubeconfig: string;
  kubectl: Kubectl;
  signal: AbortSignal;
}

export interface Node {
  spec: NodeSpec;
  /** Runs containerd's client in Kubernetes' namespace. @throws StackError if it fails */
  ctr(purpose: string, ...args: string[]): Promise<void>;
  /**
   * Stops the processes of a container. Unlike containerd's pause, which the freezer of control groups v1 does, signals
   * can end them.
   * @returns continues them
   */
  freeze(containerId: string): () => void;
  /** Ends the node and its pods. */
  stop(): Promise<void>;
}

const CGROUPS = '/sys/fs/cgroup';
const READY_WITHIN_MS = 90_000;
const LAST_LINES = 10;
const IN_NAMESPACES =
  '--pdeathsig KILL unshare --mount --pid --net --mount-proc --fork --kill-child'.split(' ');
const INIT = join(import.meta.dirname, 'init.sh');

/**
 * Starts containerd, kubelet and kube-proxy in new process, mount and network namespaces, so that everything on the
 * node ends with them, even if this process is killed.
 * @throws StackError with the last lines if the node does not become ready
 */
export async function startNode(spec: NodeSpec, options: NodeOptions): Promise<Node> {
  const { programs, network, kubeconfig, kubectl, signal } = options;
  const folder = join(options.folder, spec.name);
  const cgroup = `aio-${process.pid}-${spec.name}`;
  const { cniFolder } = programs;
  const files = nodeFiles({ ...spec, folder, kubeconfig, cniFolder, cgroup });
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  makeDisk(folder, programs.env);
  makeCgroup(cgroup);
  let part: Part | undefined;
  const stop = async () => {
    await part?.kill();
    await removeCgroups(cgroup);
  };
  try {
    part = await startPart({
      name: spec.name,
      command: 'setpriv',
      args: [...IN_NAMESPACES, 'sh', INIT],
      env: {
        ...programs.env,
        ...networkVariables(spec),
        NODE_FOLDER: folder,
        NODE_NAME: spec.name,
        NODE_ZONE: spec.zone,
        KUBECONFIG: kubeconfig,
        KUBELET: programs.kubelet,
        KUBE_PROXY: programs.kubeProxy,
      },
      logFile: join(folder, 'init.log'),
      onSpawn(started) {
        part = started;
        const unplug = () => void started.kill();
        signal.addEventListener('abort', unplug);
        void started.exited.then(() => signal.removeEventListener('abort', unplug));
      },
      isReady: hasOwnNetwork,
    });
    network.plugIn(spec, part.identity.pid);
    await tryUntil(`${spec.name} is ready`, READY_WITHIN_MS, () =>
      kubectl.run(['wait', '--for=condition=Ready', `node/${spec.name}`, '--timeout=5s']),
    );
  } catch (error) {
    await stop();
    throw withLogs(error, folder);
  }
  const socket = join(folder, 'containerd.sock');
  return {
    spec,
    stop,
    freeze: (containerId) => freeze(findFirstProcess(cgroup, containerId)),
    ctr: (purpose, ...args) =>
      runCommand({
        purpose,
        command: 'ctr',
        args: [`--address=${socket}`, '--namespace=k8s.io', ...args],
        env: programs.env,
        logFile: join(folder, 'ctr.log'),
        signal,
      }),
  };
}

/** The process has left this machine's network namespace. */
function hasOwnNetwork({ identity }: Part): boolean {
  return readlinkSync(`/proc/${identity.pid}/ns/net`) !== readlinkSync('/proc/self/ns/net');
}

/** Images have some 100,000 files; a disk in one sparse file goes at once. */
function makeDisk(folder: string, env: NodeJS.ProcessEnv): void {
  mkdirSync(join(folder, 'disk'), { recursive: true });
  const features = ['-q', '-F', '-O', '^has_journal', '-E', 'lazy_itable_init=1,nodiscard'];
  execFileSync('mkfs.ext4', [...features, join(folder, 'disk.img'), '32G'], { env });
}

/** In every hierarchy: control groups v1 have one per controller. */
function makeCgroup(name: string): void {
  const isV2 = existsSync(join(CGROUPS, 'cgroup.controllers'));
  for (const hierarchy of isV2 ? [CGROUPS] : globSync(`${CGROUPS}/*/`))
    mkdirSync(join(hierarchy, name), { recursive: true });
}

/** @returns this machine's number of the container's process 1 */
function findFirstProcess(cgroup: string, containerId: string): number {
  const files = globSync(`${CGROUPS}/{,*/}${cgroup}/**/${containerId}/cgroup.procs`);
  const list = files[0] === undefined ? '' : readFileSync(files[0], 'utf8');
  const first = list
    .split('\n')
    .filter(Boolean)
    .find((pid) => /^NSpid:.*\t1$/m.test(readFileSync(`/proc/${pid}/status`, 'utf8')));
  if (first === undefined) throw new StackError(`container ${containerId} has no process`);
  return Number(first);
}

function withLogs(error: unknown, folder: string): StackError {
  const message = error instanceof Error ? error.message : String(error);
  const details = ['init', 'containerd', 'kubelet', 'kube-proxy'].flatMap((name) => [
    `${name}:`,
    ...readLastLines(join(folder, `${name}.log`), LAST_LINES),
  ]);
  return new StackError(message, { cause: error, details });
}
