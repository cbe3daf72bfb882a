import { join } from 'node:path';
import { type Part, startPart } from './process.ts';
import { findOnPath } from './program.ts';

export interface JaegerOptions {
  dataDir: string;
  searchPath: string;
  ports: { jaegerUi: number; otlpGrpc: number; otlpHttp: number };
  onSpawn?: (part: Part) => void;
}

/** Jaeger is in no package registry as a program: it is used where somebody put it. */
export function findJaeger({ dataDir, searchPath }: Pick<JaegerOptions, 'dataDir' | 'searchPath'>) {
  return findOnPath(['jaeger'], `${join(dataDir, 'bin')}:${searchPath}`);
}

/** Starts Jaeger 2 on loopback with its traces in memory. */
export async function startJaeger(command: string, options: JaegerOptions): Promise<Part> {
  const { ports } = options;
  return startPart({
    name: 'jaeger',
    command,
    args: Object.entries(settings(ports)).map(([name, value]) => `--set=${name}=${value}`),
    env: { PATH: options.searchPath },
    cwd: options.dataDir,
    logFile: join(options.dataDir, 'logs/jaeger.log'),
    isReady: async () => (await fetch(`http://127.0.0.1:${ports.jaegerUi}/`)).ok,
    onSpawn: options.onSpawn,
  });
}

/** On top of its built-in all-in-one configuration. */
function settings(ports: JaegerOptions['ports']): Record<string, string> {
  return {
    'receivers.otlp.protocols.grpc.endpoint': `127.0.0.1:${ports.otlpGrpc}`,
    'receivers.otlp.protocols.http.endpoint': `127.0.0.1:${ports.otlpHttp}`,
    'extensions.jaeger_query.http.endpoint': `127.0.0.1:${ports.jaegerUi}`,
    'extensions.jaeger_query.grpc.endpoint': '127.0.0.1:0',
  };
}
