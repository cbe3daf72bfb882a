import { findOnPath } from '../../find-on-path.ts';
import { type Part, startPart } from '../../process.ts';
import { findProgram } from '../servers/program.ts';
import { StackError } from '../../stack-error.ts';
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
} from 'node:fs';
import { request } from 'node:http';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beAlone } from './alone.ts';
import { DOCKERD, IPTABLES_KINDS, iptablesEnvironment } from './debian-programs.ts';
import {
  compareNetworks,
  type NetworkState,
  readNetwork,
  restoreNetwork,
  smallestMtu,
} from './host-network.ts';

export interface EngineOptions {
  /** Keeps programs between runs. */
  dataDir: string;
  /** Socket, images, volumes and log of an engine that verify starts. `stop` removes it. */
  folder: string;
  env: NodeJS.ProcessEnv;
  say: (line: string) => void;
  signal?: AbortSignal;
}

export interface OwnEngine {
  /** Value of DOCKER_HOST. */
  host: string;
  /** PATH with the client that came with the engine. */
  searchPath: string;
  source: string;
  /** Ends the engine and its containers. @returns descriptions of leftovers */
  stop(): Promise<string[]>;
}

const CGROUPS = '/sys/fs/cgroup';
/** Folders that containerd always creates. */
const RUN_FOLDERS = ['/run/docker', '/run/containerd'];
/**
 * Images have some 100,000 files and take a minute to remove; a disk in one file goes at once. If the mount fails, the
 * engine uses the folder.
 */
const DISK = 'disk.img';
const DISK_SIZE = '64G';
const ON_ITS_DISK =
  'mount -o loop,noatime "$0" "$1" || echo "without a separate disk"; shift; exec "$@"';
const NO_ENGINE = 'no Docker engine is running, and verify cannot start one';
const READY_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 40_000;

/**
 * Starts a Docker engine of Debian's packages in new process and mount namespaces, so that its containers and mounts
 * end with it, even if the engine or this process is killed.
 * @throws StackError with the reason if this machine cannot run one
 */
export async function startOwnEngine(options: EngineOptions): Promise<OwnEngine> {
  const { folder, say, signal } = options;
  const searchPath = options.env.PATH ?? '';
  requireMachine(searchPath);
  const program = await findProgram(DOCKERD, {
    ...options,
    searchPath,
    onUnpack: () => say("downloading Debian's docker.io"),
  });
  const env = findTools(program.path, searchPath);
  const letNextIn = await beAlone(
    () => say('waiting until another verification has ended its engine'),
    signal,
  );
  const before = readNetwork(env);
  const runFolders = RUN_FOLDERS.filter((path) => !existsSync(path));
  const cgroup = `aio-${process.pid}`;
  const socket = join(folder, 'docker.sock');
  const parts: Part[] = [];
  const kill = () => parts.forEach((part) => void part.kill());
  signal?.addEventListener('abort', kill);
  const stop = async () => {
    for (const part of parts) await endPart(part);
    restoreNetwork(env, before);
    for (const path of [...runFolders, folder]) rmSync(path, { recursive: true, force: true });
    await removeCgroups(cgroup);
    const left = findLeftovers(env, { before, folder, cgroup });
    letNextIn();
    return left;
  };
  makeDisk(folder, env);
  try {
    await startPart({
      name: 'dockerd',
      command: 'setpriv',
      args: [
        '--pdeathsig',
        'KILL',
        'unshare',
        '--mount',
        '--pid',
        '--mount-proc',
        '--fork',
        '--kill-child',
        'sh',
        '-c',
        ON_ITS_DISK,
        join(folder, DISK),
        join(folder, 'data'),
        program.path,
        `--host=unix://${socket}`,
        `--data-root=${join(folder, 'data')}`,
        `--exec-root=${join(folder, 'exec')}`,
        `--pidfile=${join(folder, 'docker.pid')}`,
        `--cgroup-parent=/${cgroup}`,
        // The systemd driver does not work outside systemd's namespace.
        '--exec-opt=native.cgroupdriver=cgroupfs',
        `--mtu=${smallestMtu()}`,
        '--ip6tables=false',
        '--log-level=warn',
      ],
      env,
      cwd: folder,
      logFile: join(folder, 'dockerd.log'),
      readyWithinMs: READY_WITHIN_MS,
      isReady: () => answersPing(socket),
      onSpawn: (part) => parts.push(part),
    });
  } catch (error) {
    await stop();
    throw error;
  } finally {
    // From now on the caller stops the engine, after its commands.
    signal?.removeEventListener('abort', kill);
  }
  return { host: `unix://${socket}`, searchPath: env.PATH ?? '', source: program.source, stop };
}

/** @throws StackError */
function requireMachine(searchPath: string): void {
  const refuse = (why: string) => new StackError(`${NO_ENGINE}: ${why}`);
  if (process.platform !== 'linux') throw refuse('that needs Linux');
  if (process.getuid?.() !== 0) throw refuse('that needs root');
  const missing = ['unshare', 'setpriv'].filter(
    (name) => findOnPath([name], searchPath) === undefined,
  );
  if (missing.length > 0) throw refuse(`that needs ${missing.join(' and ')} of util-linux`);
  if (!existsSync(CGROUPS)) throw refuse(`that needs ${CGROUPS}`);
}

/**
 * @returns the environment of the engine, with the unpacked programs first on PATH
 * @throws StackError if no variant of iptables works on this kernel
 */
export function findTools(dockerd: string, searchPath: string): NodeJS.ProcessEnv {
  const home = dirname(dockerd);
  const root = join(home, 'root');
  const unpacked = ['usr/sbin', 'usr/bin', 'sbin', 'bin'].map((folder) => join(root, folder));
  const environments = IPTABLES_KINDS.map((kind) => ({
    ...(existsSync(root) && iptablesEnvironment(root)),
    LC_ALL: 'C',
    PATH: [join(home, kind), ...unpacked, searchPath, '/usr/sbin', '/sbin'].join(delimiter),
  }));
  const tried = environments.map((env) => ({
    env,
    ...spawnSync('iptables', ['-t', 'nat', '-L', '-n'], { env, encoding: 'utf8' }),
  }));
  const working = tried.find(({ status }) => status === 0);
  if (working) return working.env;
  throw new StackError(`${NO_ENGINE}: iptables does not work on this kernel`, {
    details: tried.map(({ error, stderr }) => (error?.message ?? stderr).trim()),
  });
}

/** Makes a sparse file, which occupies only the space in use. */
function makeDisk(folder: string, env: NodeJS.ProcessEnv): void {
  mkdirSync(join(folder, 'data'), { recursive: true });
  const features = ['-q', '-F', '-O', '^has_journal', '-E', 'lazy_itable_init=1,nodiscard'];
  spawnSync('mkfs.ext4', [...features, join(folder, DISK), DISK_SIZE], { env });
}

function answersPing(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = request({ socketPath, path: '/_ping', timeout: 2000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    asked.once('error', () => resolve(false));
    asked.end();
  });
}

/** Signals the whole group, because `unshare` ignores SIGTERM. */
async function endPart(part: Part): Promise<void> {
  void part.kill('SIGTERM');
  await Promise.race([part.exited, sleep(STOP_WITHIN_MS, undefined, { ref: false })]);
  await part.kill();
}

function listCgroups(name: string): string[] {
  return globSync([`${CGROUPS}/${name}`, `${CGROUPS}/*/${name}`]);
}

/** Removes a control group from every hierarchy. Retries, because the kernel frees it after its last process. */
export async function removeCgroups(name: string): Promise<void> {
  for (let tries = 0; tries < 20; tries++) {
    for (const folder of listCgroups(name)) removeCgroup(folder);
    if (listCgroups(name).length === 0) return;
    await sleep(100);
  }
}

/** Control groups are removed folder by folder, from the innermost. */
function removeCgroup(folder: string): void {
  const inner = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort((a, b) => b.length - a.length);
  for (const path of [...inner, folder]) {
    try {
      rmdirSync(path);
    } catch {
      // removeCgroups tries again, and findLeftovers reports it.
    }
  }
}

function findLeftovers(
  env: NodeJS.ProcessEnv,
  { before, folder, cgroup }: { before: NetworkState; folder: string; cgroup: string },
): string[] {
  const processes = globSync('/proc/[0-9]*/cmdline').filter((file) => mentions(file, folder));
  const mounts = readFileSync('/proc/self/mounts', 'utf8').split('\n');
  const disks = globSync('/sys/block/loop*/loop/backing_file').filter((file) =>
    mentions(file, folder),
  );
  return [
    ...compareNetworks(before, readNetwork(env)),
    ...processes.map((file) => `process ${file.split('/')[2]}`),
    ...mounts.filter((line) => line.includes(folder)).map((line) => `mount ${line.split(' ')[1]}`),
    ...disks.map((file) => `disk ${file.split('/')[3]}`),
    ...listCgroups(cgroup).map((path) => `control group ${path}`),
    ...(existsSync(folder) ? [`folder ${folder}`] : []),
  ];
}

/** Command lines of the engine, containerd and its shims contain the engine's folder. */
function mentions(file: string, text: string): boolean {
  try {
    return readFileSync(file, 'utf8').includes(text);
  } catch {
    return false;
  }
}
