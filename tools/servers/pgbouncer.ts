import { chmodSync, chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DebianProgram } from '../programs/debian-packages.ts';
import { isListening } from '../process/ports.ts';
import { type Part, startPart } from '../process/process.ts';
import { findProgram } from '../programs/program.ts';
import { findUnprivilegedUser } from './system-user.ts';

export const PGBOUNCER: DebianProgram = {
  names: ['pgbouncer'],
  packages: ['pgbouncer'],
  binary: '/usr/sbin/pgbouncer',
};

export interface PgBouncerOptions {
  /** Its configuration is in `<dataDir>/pgbouncer`. */
  dataDir: string;
  /** The folder of downloaded programs; by default the data folder. */
  programDir?: string;
  port: number;
  /** The PATH to search. */
  searchPath: string;
  /** URL of PostgreSQL, with user and password. */
  databaseUrl: string;
  /** More settings, e.g. `{ default_pool_size: '3' }`. */
  settings?: Readonly<Record<string, string>>;
  /** Called before a download. */
  onUnpack?: () => void;
  onSpawn?: (part: Part) => void;
  signal?: AbortSignal;
}

export interface PgBouncer extends Part {
  /** URL of the same database through PgBouncer. */
  url: string;
}

/**
 * Starts PgBouncer on loopback in transaction mode, in front of every database of a server.
 * @throws StackError if there is no program or the port is in use
 */
export async function startPgBouncer(options: PgBouncerOptions): Promise<PgBouncer> {
  const { port, searchPath, databaseUrl } = options;
  const program = await findProgram(PGBOUNCER, {
    ...options,
    dataDir: options.programDir ?? options.dataDir,
  });
  const user = findUnprivilegedUser();
  const folder = join(options.dataDir, 'pgbouncer');
  mkdirSync(folder, { recursive: true });
  const files = { 'pgbouncer.ini': describe(options, folder), 'users.txt': listUser(databaseUrl) };
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    writeFileSync(path, text);
    chmodSync(path, 0o600);
    if (user) chownSync(path, user.uid, user.gid);
  }
  const part = await startPart({
    name: 'pgbouncer',
    command: program.path,
    // PgBouncer refuses to run as root, and changes to this user.
    args: [...(user ? ['-u', user.name] : []), join(folder, 'pgbouncer.ini')],
    env: { PATH: searchPath, LC_ALL: 'C' },
    cwd: '/',
    logFile: join(options.dataDir, 'logs/pgbouncer.log'),
    isReady: () => isListening(port),
    // From 1.23 on it waits for clients, which may stay for ever. It has no state to lose.
    stopWithinMs: 1_000,
    onSpawn: options.onSpawn,
  });
  const url = new URL(databaseUrl);
  url.host = `127.0.0.1:${port}`;
  return { ...part, url: url.href };
}

function describe({ port, databaseUrl, settings }: PgBouncerOptions, folder: string): string {
  const server = new URL(databaseUrl);
  const all = {
    listen_addr: '127.0.0.1',
    listen_port: String(port),
    unix_socket_dir: '',
    auth_type: 'scram-sha-256',
    auth_file: join(folder, 'users.txt'),
    pool_mode: 'transaction',
    max_client_conn: '1000',
    // Retry a server that was down at once, and give up before the API's clients do.
    server_login_retry: '1',
    query_wait_timeout: '10',
    ...settings,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name} = ${value}`);
  return [
    '[databases]',
    `* = host=${server.hostname} port=${server.port || 5432}`,
    '[pgbouncer]',
    ...lines,
    '',
  ].join('\n');
}

function listUser(databaseUrl: string): string {
  const { username, password } = new URL(databaseUrl);
  return `"${decodeURIComponent(username)}" "${decodeURIComponent(password)}"\n`;
}
