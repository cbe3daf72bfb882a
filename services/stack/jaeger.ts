import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Part, startPart } from './process.ts';
import { findOnPath } from './program.ts';

export interface JaegerOptions {
  dataDir: string;
  searchPath: string;
  ports: { jaegerUi: number; otlpGrpc: number; otlpHttp: number };
  onSpawn?: (part: Part) => void;
}

/** Traces are in memory; beyond this many the oldest go. */
const MAX_TRACES = 50_000;

/** Jaeger is in no package registry as a program: it is used where somebody put it. */
export function findJaeger({
  dataDir,
  searchPath,
}: Pick<JaegerOptions, 'dataDir' | 'searchPath'>): string | undefined {
  return findOnPath(['jaeger'], `${join(dataDir, 'bin')}:${searchPath}`);
}

/** Starts Jaeger 2 on loopback. */
export async function startJaeger(command: string, options: JaegerOptions): Promise<Part> {
  const { ports, dataDir } = options;
  const config = join(dataDir, 'jaeger.json');
  writeFileSync(config, JSON.stringify(configuration(ports), null, 2));
  return startPart({
    name: 'jaeger',
    command,
    args: ['--config', config],
    // Its own requests are not worth a trace, and it would send them to the usual port.
    env: { PATH: options.searchPath, OTEL_TRACES_SAMPLER: 'always_off' },
    cwd: dataDir,
    logFile: join(dataDir, 'logs/jaeger.log'),
    isReady: async () => (await fetch(`http://127.0.0.1:${ports.jaegerUi}/`)).ok,
    onSpawn: options.onSpawn,
  });
}

/** Its built-in configuration listens on ten more ports, which a port offset would not move. JSON is YAML. */
function configuration(ports: JaegerOptions['ports']): object {
  const at = (port: number) => ({ endpoint: `127.0.0.1:${port}` });
  return {
    service: {
      extensions: ['jaeger_storage', 'jaeger_query'],
      pipelines: {
        traces: {
          receivers: ['otlp'],
          processors: ['batch'],
          exporters: ['jaeger_storage_exporter'],
        },
      },
      telemetry: { metrics: { level: 'none' } },
    },
    extensions: {
      jaeger_storage: { backends: { main: { memory: { max_traces: MAX_TRACES } } } },
      jaeger_query: { storage: { traces: 'main' }, http: at(ports.jaegerUi), grpc: at(0) },
    },
    receivers: { otlp: { protocols: { grpc: at(ports.otlpGrpc), http: at(ports.otlpHttp) } } },
    processors: { batch: {} },
    exporters: { jaeger_storage_exporter: { trace_storage: 'main' } },
  };
}
