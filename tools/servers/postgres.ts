import { chownSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runCommand } from '../process/command.ts';
import { type PostgresBinaries, findPostgresBinaries } from '../programs/postgres-binaries.ts';
import { checkCluster, findReachableFolder, makeOwnedFolder } from './postgres-home.ts';
import { type Part, type PartSpec, startPart } from '../process/process.ts';
import { StackError } from '../stack-error.ts';
import { type SystemUser, findUnprivilegedUser } from './system-user.ts';

const USER = 'aio';
const PASSWORD = 'aio_password';
const DATABASE = 'aio';
const STILL_IN_USE = 'pre-existing shared memory block';
const LEFTOVERS_END_WITHIN_MS = 20_000;

export interface PostgresOptions {
  /** The database is in `<dataDir>/postgres`, or in a folder that `<dataDir>` names. */
  dataDir: string;
  port: number;
  /** Default true. Set false only if you can lose the data with the machine. */
  fsync?: boolean;
  /** More server settings, e.g. `{ max_connections: '400' }`. */
  settings?: Readonly<Record<string, string>>;
  onSpawn?: (part: Part) => void;
  signal?: AbortSignal;
}

export interface PostgresServer extends Part {
  /** Of the database `aio` and its owner `aio`, a superuser. */
  url: string;
  version: string;
  /** The folder of the cluster. */
  folder: string;
}

/**
 * Starts PostgreSQL 16 on loopback, with the existing data or a new cluster. To restart it after `stop()` or
 * `kill()`, call this again with the same options.
 * @throws StackError if the folder is broken, the port is in use, or there are no binaries for the machine
 */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const user = findUnprivilegedUser();
  const home = findReachableFolder(options.dataDir, user);
  const binaries = findPostgresBinaries(user, () => home);
  const folder = join(home, 'postgres');
  const major = binaries.version.split('.')[0] as string;
  if (!checkCluster(folder, major)) await createCluster(folder, options, binaries, user);
  const part = await startAlone({
    name: 'postgres',
    command: join(binaries.bin, 'postgres'),
    args: ['-D', folder, ...serverSettings(options)],
    env: environment(),
    cwd: '/',
    logFile: join(options.dataDir, 'logs/postgres.log'),
    user,
    // After a crash, recovery can be long.
    readyWithinMs: 120_000,
    isReady: ({ identity }) => isAccepting(folder, identity.pid),
    // SIGINT cuts connections and writes a checkpoint; SIGTERM would wait for clients.
    stopSignal: 'SIGINT',
    stopWithinMs: 30_000,
    onSpawn: options.onSpawn,
  });
  const url = `postgresql://${USER}:${PASSWORD}@127.0.0.1:${options.port}/${DATABASE}`;
  return { ...part, url, version: binaries.version, folder };
}

/** Retries while the child processes of a killed server still hold its shared memory. */
async function startAlone(spec: PartSpec): Promise<Part> {
  for (const deadline = Date.now() + LEFTOVERS_END_WITHIN_MS; ; await sleep(100)) {
    try {
      return await startPart(spec);
    } catch (error) {
      const isLeftover =
        error instanceof StackError && error.details.some((line) => line.includes(STILL_IN_USE));
      if (!isLeftover || Date.now() > deadline) throw error;
    }
  }
}

function serverSettings({ port, fsync = true, settings = {} }: PostgresOptions): string[] {
  const all = {
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '200',
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...(!fsync && { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
    ...settings,
  };
  return Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** Builds the cluster under another name and renames it, so a killed start leaves no half cluster. */
async function createCluster(
  folder: string,
  { dataDir, signal }: PostgresOptions,
  { bin }: PostgresBinaries,
  user: SystemUser | undefined,
): Promise<void> {
  const unfinished = `${folder}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  makeOwnedFolder(unfinished, user);
  const passwordFile = join(unfinished, 'password');
  writeFileSync(passwordFile, PASSWORD, { mode: 0o600 });
  if (user) chownSync(passwordFile, user.uid, user.gid);
  const cluster = join(unfinished, 'cluster');
  const common = { env: environment(), cwd: '/', user, signal };
  await runCommand({
    ...common,
    purpose: 'creating the database folder',
    command: join(bin, 'initdb'),
    args: ['-D', cluster, '-U', USER, '-A', 'scram-sha-256', `--pwfile=${passwordFile}`].concat([
      '--encoding=UTF8',
      '--no-locale',
    ]),
    logFile: join(dataDir, 'logs/postgres-initdb.log'),
  });
  await runCommand({
    ...common,
    purpose: 'creating the database',
    command: join(bin, 'postgres'),
    args: ['--single', '-D', cluster, 'postgres'],
    input: `create database ${DATABASE};\n`,
    logFile: join(dataDir, 'logs/postgres-create.log'),
  });
  renameSync(cluster, folder);
  rmSync(unfinished, { recursive: true, force: true });
}

/** Line 1 of postmaster.pid is the server's pid, line 8 its state. pg_ctl reads the same. */
function isAccepting(folder: string, pid: number): boolean {
  const lines = readFileSync(join(folder, 'postmaster.pid'), 'utf8').split('\n');
  return Number(lines[0]) === pid && lines[7]?.trim() === 'ready';
}

/** Without the caller's PG* variables, which would change the server. */
function environment(): NodeJS.ProcessEnv {
  return { PATH: '/usr/bin:/bin', LC_ALL: 'C' };
}
