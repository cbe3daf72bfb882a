import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { DebianProgram } from '../programs/debian-packages.ts';
import { isListening } from '../process/ports.ts';
import { type Part, type PartSpec, startPart } from '../process/process.ts';
import { findProgram, type Program } from '../programs/program.ts';

const HAPROXY: DebianProgram = {
  names: ['haproxy'],
  packages: ['haproxy'],
  binary: '/usr/sbin/haproxy',
};

/** Compose mounts the same configuration. */
const PROXY_CONFIG = resolve(import.meta.dirname, '../../services/proxy/haproxy.cfg');
/** The lines by which Compose finds replicas, one in each backend. */
const REPLICAS_OF_COMPOSE = /^ +server-template .*$/gm;

export interface ProxyOptions {
  /** Its configuration is in `<dataDir>/proxy`. */
  dataDir: string;
  /** The folder of downloaded programs; by default the data folder. */
  programDir?: string | undefined;
  port: number;
  /** Serves `/metrics` of the proxy, and `/health`. */
  statusPort: number;
  /** Ports of the APIs on loopback. */
  apiPorts: readonly number[];
  searchPath: string;
  /** Called before a download. */
  onUnpack?: () => void;
  onSpawn?: (part: Part) => void;
  signal?: AbortSignal;
}

/**
 * Starts HAProxy on loopback in front of APIs, with Compose's configuration. It answers 503 while none runs.
 * @returns the part; `source` tells people where the program comes from
 * @throws StackError if there is no program or the port is in use
 */
export async function startProxy(options: ProxyOptions): Promise<Part & { source: string }> {
  const { source, ...spec } = await prepareProxy(options);
  return { ...(await startPart(spec)), source };
}

/** @throws StackError if there is no program */
export function findProxy(options: Parameters<typeof findProgram>[1]): Promise<Program> {
  return findProgram(HAPROXY, options);
}

/** Like `startProxy`, but returns the spec, so that a test can start it repeatedly. */
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

function nameReplicas(config: string, apiPorts: readonly number[]): string {
  const servers = apiPorts.map((port, index) => `    server api-${index + 1} 127.0.0.1:${port}`);
  return config.replace(REPLICAS_OF_COMPOSE, servers.join('\n'));
}
