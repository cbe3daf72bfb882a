import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Docker } from '@aio/tools/servers/docker';
import { findOnPath } from '@aio/tools/process/find-on-path';
import { type Part, startPart } from '@aio/tools/process/process';
import type { DebianProgram } from '@aio/tools/programs/debian-packages';
import { findProgram } from '@aio/tools/programs/program';
import { StackError } from '@aio/tools/stack-error';
import { makeDisk, removeCgroups } from './machine.ts';
import { readAptSettings } from './debian-image.ts';
import { getGoProgram, type ProgramOptions } from './go-programs.ts';
import { compareNetworks, readNetwork, restoreNetwork, smallestMtu } from './host-network.ts';
import { type Provided, provideStandIns } from './stand-ins.ts';

export type EngineOptions = ProgramOptions & {
  /** The project's folder. */
  root: string;
  /** For this engine only; `stop` removes it. */
  folder: string;
};

/** What `docker` finds, and how it gets images of other projects. */
export interface Engine {
  /** Versions and source, for the report. */
  title: string;
  /** Environment with which `docker` and `docker compose` reach it. */
  env: NodeJS.ProcessEnv;
  /** Gets missing images of other projects. */
  provide(docker: Docker, references: readonly string[]): Promise<Provided>;
  /** @returns descriptions of leftovers */
  stop(): Promise<string[]>;
}

const IPTABLES_KINDS = ['nft', 'legacy'];
/** For example `usr/lib/x86_64-linux-gnu`. */
const LIBRARIES = `usr/lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`;

const DOCKERD: DebianProgram = {
  names: ['dockerd'],
  packages: ['docker.io', 'containerd', 'runc', 'iptables', 'iproute2'],
  binary: '/usr/sbin/dockerd',
  env: iptablesEnvironment,
  // Debian's `alternatives` would make these links, but unpacking a package does not.
  prepare(home, root) {
    for (const kind of IPTABLES_KINDS) {
      mkdirSync(join(home, kind));
      for (const name of ['iptables', 'iptables-save', 'iptables-restore'])
        symlinkSync(join(root, `usr/sbin/xtables-${kind}-multi`), join(home, kind, name));
    }
  },
};

/** An abstract socket name of Linux: the kernel frees it when the process ends, even by SIGKILL. */
const LOCK = '\0aio-own-docker-engine';
/** Folders that containerd always creates. */
const RUN_FOLDERS = ['/run/docker', '/run/containerd'];
/** Compose's builder reads secrets only from the project's folder. Git and the build context ignore this one. */
const BUILD_SETTINGS = '.aio/build';
/** If the mount of the separate disk fails, the engine uses the folder. */
const ON_ITS_DISK =
  'mount -o loop,noatime "$0" "$1" || echo "without a separate disk"; shift; exec "$@"';
const READY_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 40_000;

/**
 * Starts a Docker engine of Debian's packages in new process and mount namespaces, so that its containers and mounts
 * end with it, even if the engine or this process is killed.
 * @throws StackError with the reason if this machine cannot run one
 */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const { root, dataDir, folder, say, signal } = options;
  const { env: tools, source } = await findEngineTools(options);
  const letNextIn = await beAlone(say, signal);
  const before = readNetwork(tools);
  const runFolders = RUN_FOLDERS.filter((path) => !existsSync(path));
  const cgroup = `aio-${process.pid}`;
  const socket = join(folder, 'docker.sock');
  let engine: Part | undefined;
  const stop = async () => {
    if (engine !== undefined) await endPart(engine);
    restoreNetwork(tools, before);
    for (const path of [...runFolders, folder, join(root, BUILD_SETTINGS)])
      rmSync(path, { recursive: true, force: true });
    const left = [
      ...compareNetworks(before, readNetwork(tools)),
      ...findProcesses(folder),
      ...(await removeCgroups(cgroup)),
    ];
    letNextIn();
    return left;
  };
  const data = join(folder, 'data');
  const disk = join(folder, 'disk.img');
  mkdirSync(data, { recursive: true });
  makeDisk(disk, tools);
  const kill = () => void engine?.kill();
  signal.addEventListener('abort', kill);
  try {
    await startPart({
      name: 'dockerd',
      command: 'setpriv',
      args: [
        ...'--pdeathsig KILL unshare --mount --pid --mount-proc --fork --kill-child'.split(' '),
        'sh',
        '-c',
        ON_ITS_DISK,
        disk,
        data,
        'dockerd',
        `--host=unix://${socket}`,
        `--data-root=${data}`,
        `--exec-root=${join(folder, 'exec')}`,
        `--pidfile=${join(folder, 'docker.pid')}`,
        `--cgroup-parent=/${cgroup}`,
        // The systemd driver does not work outside systemd's namespace.
        '--exec-opt=native.cgroupdriver=cgroupfs',
        `--mtu=${smallestMtu()}`,
        '--ip6tables=false',
        '--log-level=warn',
      ],
      env: tools,
      cwd: folder,
      logFile: join(folder, 'dockerd.log'),
      readyWithinMs: READY_WITHIN_MS,
      isReady: () => answersPing(socket),
      onSpawn: (part) => (engine = part),
    });
    const env = {
      ...options.env,
      PATH: tools.PATH,
      DOCKER_HOST: `unix://${socket}`,
      DOCKER_CONFIG: await makeClient(options),
      ...keepBuildSettings(options.env, root),
    };
    return {
      title: `no Docker is running; started one ${source}`,
      env,
      provide: (docker, references) =>
        provideStandIns(docker, references, { dataDir, folder, env: options.env, say, signal }),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  } finally {
    // From now on the caller stops the engine, after its commands.
    signal.removeEventListener('abort', kill);
  }
}

/**
 * Finds dockerd, containerd, runc, ip and iptables on PATH, or unpacks Debian's packages.
 * @returns an environment with all of them @throws StackError if this machine cannot run them
 */
export async function findEngineTools(
  options: ProgramOptions,
): Promise<{ env: NodeJS.ProcessEnv; source: string }> {
  const searchPath = options.env.PATH ?? '';
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    throw new StackError('verify can start an engine or a node only on Linux, as root');
  const wanted = ['unshare', 'setpriv', 'mkfs.ext4'];
  const missing = wanted.filter((name) => findOnPath([name], searchPath) === undefined);
  if (missing.length > 0) throw new StackError(`an engine needs ${missing.join(' and ')}`);
  const { path, source } = await findProgram(DOCKERD, {
    ...options,
    searchPath,
    onUnpack: () => options.say("downloading Debian's docker.io"),
  });
  const home = dirname(path);
  const root = join(home, 'root');
  const unpacked = ['usr/sbin', 'usr/bin', 'sbin', 'bin'].map((folder) => join(root, folder));
  const environments = IPTABLES_KINDS.map((kind) => ({
    ...(existsSync(root) && iptablesEnvironment(root)),
    LC_ALL: 'C',
    PATH: [join(home, kind), ...unpacked, searchPath, '/usr/sbin', '/sbin'].join(delimiter),
  }));
  const working = environments.find(
    (env) => spawnSync('iptables', ['-t', 'nat', '-L', '-n'], { env }).status === 0,
  );
  if (working === undefined) throw new StackError('iptables does not work on this kernel');
  return { env: working, source };
}

/** Makes `iptables` load libraries and modules from the unpacked packages below `root`. */
function iptablesEnvironment(root: string): Record<string, string> {
  const libraries = join(root, LIBRARIES);
  return { LD_LIBRARY_PATH: libraries, XTABLES_LIBDIR: join(libraries, 'xtables') };
}

/** Waits until no other process runs an engine, because both would restore the network settings that they found. */
async function beAlone(say: (line: string) => void, signal: AbortSignal): Promise<() => void> {
  for (let waited = false; ; waited = true) {
    const server = createServer((socket) => socket.destroy());
    try {
      server.listen(LOCK);
      await once(server, 'listening');
      server.unref();
      return () => server.close();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
      if (!waited) say('waiting until another verification has ended its engine');
      await sleep(1000, undefined, { signal });
    }
  }
}

/** A configuration of Docker's client with Compose, and with buildx, which Compose needs to build. @returns its folder */
async function makeClient(options: EngineOptions): Promise<string> {
  const home = join(options.folder, 'client');
  const plugins = join(home, 'cli-plugins');
  mkdirSync(plugins, { recursive: true });
  for (const name of ['docker-compose', 'docker-buildx'])
    symlinkSync(await getGoProgram(name, options), join(plugins, name));
  return home;
}

/** Copies the settings with which npm and apt of this machine reach their registries. @returns BUILD_… variables */
function keepBuildSettings(env: NodeJS.ProcessEnv, root: string): Record<string, string> {
  const folder = join(root, BUILD_SETTINGS);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, 'apt.conf'), readAptSettings(env), { mode: 0o600 });
  const found: Record<string, string> = { BUILD_APT_CONF: join(BUILD_SETTINGS, 'apt.conf') };
  const files = {
    BUILD_NPMRC: env.npm_config_userconfig ?? join(env.HOME ?? '', '.npmrc'),
    BUILD_CA: env.NODE_EXTRA_CA_CERTS ?? '',
  };
  for (const [variable, file] of Object.entries(files)) {
    if (!existsSync(file)) continue;
    found[variable] = join(BUILD_SETTINGS, variable);
    copyFileSync(file, join(root, found[variable]));
  }
  return found;
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

/** Command lines of the engine, containerd and its shims contain the engine's folder. */
function findProcesses(folder: string): string[] {
  const mentions = (file: string) => {
    try {
      return readFileSync(file, 'utf8').includes(folder);
    } catch {
      return false;
    }
  };
  return globSync('/proc/[0-9]*/cmdline')
    .filter(mentions)
    .map((file) => `process ${file.split('/')[2]}`);
}
