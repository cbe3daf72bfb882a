import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { DebianProgram } from './debian-packages.ts';
import { isListening } from './ports.ts';
import { type Part, type PartSpec, startPart } from './process.ts';
import { findProgram, type Program } from './program.ts';
import { StackError } from './stack-error.ts';

const HAPROXY: DebianProgram = {
  names: ['haproxy'],
  packages: ['haproxy'],
  binary: '/usr/sbin/haproxy',
};

/** The configuration that Compose mounts. */
const PROXY_CONFIG = resolve(import.meta.dirname, '../proxy/haproxy.cfg');
/** Where Compose looks for replicas, by the name of their service. */
const REPLICAS_OF_COMPOSE = /^ +server-template .*$/gm;

export interface ProxyOptions {
  /** Its configuration is written to `<dataDir>/proxy`. */
  dataDir: string;
  /** Where a downloaded program is kept; by default the data folder. */
  programDir?: string | undefined;
  port: number;
  /** `/metrics` of the proxy, and `/health`. */
  statusPort: number;
  /** Of the APIs on loopback. */
  apiPorts: readonly number[];
  searchPath: string;
  /** Called when it has to be downloaded first. */
  onUnpack?: () => void;
  onSpawn?: (part: Part) => void;
  signal?: AbortSignal;
}

/**
 * Starts HAProxy on loopback before APIs, with the configuration of Compose. It answers 503 until one of them is ready.
 * @returns with `source`: for people, where the program comes from
 * @throws StackError when there is no program, or a taken port
 */
export async function startProxy(options: ProxyOptions): Promise<Part & { source: string }> {
  const { source, ...spec } = await prepareProxy(options);
  return { ...(await startPart(spec)), source };
}

/** @throws StackError when there is no program */
export function findProxy(options: Parameters<typeof findProgram>[1]): Promise<Program> {
  return findProgram(HAPROXY, options);
}

/** The same, to be started as often as somebody ends it. */
export async function prepareProxy(options: ProxyOptions): Promise<PartSpec & { source: string }> {
  const { dataDir, port, statusPort, apiPorts, searchPath } = options;
  const program = await findProxy({ ...options, dataDir: options.programDir ?? dataDir });
  const folder = join(dataDir, 'proxy');
  mkdirSync(folder, { recursive: true });
  const config = join(folder, 'haproxy.cfg');
  writeFileSync(config, nameReplicas(readFileSync(PROXY_CONFIG, 'utf8'), apiPorts));
  return {
    source: program.source,
    name: 'proxy',
    command: program.path,
    args: ['-db', '-f', config],
    env: {
      PATH: searchPath,
      PROXY_ADDRESS: `127.0.0.1:${port}`,
      PROXY_STATUS_ADDRESS: `127.0.0.1:${statusPort}`,
    },
    cwd: folder,
    logFile: join(dataDir, 'logs/proxy.log'),
    isReady: () => isListening(port),
    onSpawn: options.onSpawn,
  };
}

/** @throws StackError when the text has no line, or several, in place of which they could be named */
function nameReplicas(config: string, apiPorts: readonly number[]): string {
  const places = config.match(REPLICAS_OF_COMPOSE) ?? [];
  if (places.length !== 1) throw new StackError(`${PROXY_CONFIG} names replicas in no one place`);
  const servers = apiPorts.map((port, index) => `    server api-${index + 1} 127.0.0.1:${port}`);
  return config.replace(REPLICAS_OF_COMPOSE, servers.join('\n'));
}
