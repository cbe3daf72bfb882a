import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { askRedis } from './ask-redis.ts';
import type { DebianProgram } from '../programs/debian-packages.ts';
import { type Part, startPart } from '../process/process.ts';
import { findProgram } from '../programs/program.ts';

const REDIS: DebianProgram = {
  names: ['redis-server', 'valkey-server'],
  packages: ['redis-server'],
  binary: '/usr/bin/redis-server',
};

export interface RedisOptions {
  /** The append-only file is in `<dataDir>/redis`. */
  dataDir: string;
  /** The folder of downloaded programs; by default the data folder. */
  programDir?: string;
  port: number;
  /** The PATH to search for redis-server. */
  searchPath: string;
  /** More arguments, e.g. `['--maxmemory', '64mb']`. */
  args?: readonly string[];
  /** Called before a download. */
  onUnpack?: () => void;
  onSpawn?: (part: Part) => void;
  signal?: AbortSignal;
}

export interface RedisServer extends Part {
  url: string;
  /** For people: where the program comes from. */
  source: string;
}

/**
 * Starts Redis on loopback for queues: with an append-only file and without eviction. To restart it after `stop()` or
 * `kill()`, call this again with the same options.
 * @throws StackError if there is no program, the port is in use, or the file is broken
 */
export async function startRedis(options: RedisOptions): Promise<RedisServer> {
  const program = await findProgram(REDIS, {
    ...options,
    dataDir: options.programDir ?? options.dataDir,
  });
  const folder = join(options.dataDir, 'redis');
  mkdirSync(folder, { recursive: true });
  const settings = {
    port: String(options.port),
    bind: '127.0.0.1',
    dir: folder,
    appendonly: 'yes',
    appendfsync: 'everysec',
    save: '',
    'maxmemory-policy': 'noeviction',
    daemonize: 'no',
  };
  const part = await startPart({
    name: 'redis',
    command: program.path,
    args: Object.entries(settings)
      .flatMap(([name, value]) => [`--${name}`, value])
      .concat(options.args ?? []),
    env: { PATH: options.searchPath, LC_ALL: 'C' },
    cwd: folder,
    logFile: join(options.dataDir, 'logs/redis.log'),
    readyWithinMs: 60_000,
    isReady: () => answersPing(options.port),
    onSpawn: options.onSpawn,
  });
  return { ...part, url: `redis://127.0.0.1:${options.port}`, source: program.source };
}

/** Also false while Redis loads its file (`-LOADING`). */
async function answersPing(port: number): Promise<boolean> {
  return (await askRedis(port, 'PING'))?.startsWith('+PONG') ?? false;
}
