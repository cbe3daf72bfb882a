import { join } from 'node:path';
import { type Part, startPart } from '../process/process.ts';

export interface TraceStoreOptions {
  dataDir: string;
  ports: { otlpHttp: number; jaegerUi: number };
  onSpawn?: (part: Part) => void;
}

/** Starts the store of traces that replaces Jaeger: it takes OTLP over HTTP and answers Jaeger's query API, on loopback. */
export async function startTraceStore(options: TraceStoreOptions): Promise<Part> {
  const { dataDir, ports, onSpawn } = options;
  return startPart({
    name: 'trace-store',
    command: process.execPath,
    args: [
      join(import.meta.dirname, '../trace-store/main.ts'),
      String(ports.otlpHttp),
      String(ports.jaegerUi),
    ],
    env: {},
    logFile: join(dataDir, 'logs/trace-store.log'),
    // It opens this port last.
    isReady: async () => (await fetch(`http://127.0.0.1:${ports.jaegerUi}/`)).ok,
    onSpawn,
  });
}
