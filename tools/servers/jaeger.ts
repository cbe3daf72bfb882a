import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { findOnPath } from '../process/find-on-path.ts';
import { findOwn } from '../programs/go-servers.ts';
import { type Part, startPart } from '../process/process.ts';

/** The environment variables below set its addresses. */
const CONFIG = resolve(import.meta.dirname, '../../observability/config/jaeger/jaeger.yaml');

export interface JaegerPorts {
  jaegerUi: number;
  otlpGrpc: number;
  otlpHttp: number;
  /** Prometheus scrapes it for the Monitor tab. */
  spanMetrics: number;
}

export interface JaegerOptions {
  dataDir: string;
  searchPath: string;
  ports: JaegerPorts;
  /** The Monitor tab queries it; it does not have to run. */
  prometheusUrl: string;
  /** Interval between two counts of spans, e.g. `1s`; by default that of the configuration. */
  spanMetricsEvery?: string;
  onSpawn?: (part: Part) => void;
}

/** No package registry has Jaeger as a program: `npm run servers -- jaeger` builds it. */
export function findJaeger(options: { dataDir: string; searchPath: string }): string | undefined {
  return findOwn(['jaeger'], options.dataDir) ?? findOnPath(['jaeger'], options.searchPath);
}

/** Starts Jaeger 2 on loopback, with traces in memory. */
export async function startJaeger(command: string, options: JaegerOptions): Promise<Part> {
  const { ports, dataDir, searchPath, onSpawn } = options;
  mkdirSync(dataDir, { recursive: true });
  return startPart({
    name: 'jaeger',
    command,
    args: ['--config', CONFIG],
    env: { PATH: searchPath, ...jaegerEnvironment(options) },
    cwd: dataDir,
    logFile: join(dataDir, 'logs/jaeger.log'),
    isReady: async () => (await fetch(`http://127.0.0.1:${ports.jaegerUi}/`)).ok,
    onSpawn,
  });
}

/** Variables that the configuration reads. */
function jaegerEnvironment({ ports, prometheusUrl, spanMetricsEvery }: JaegerOptions) {
  return {
    JAEGER_HOST: '127.0.0.1',
    JAEGER_UI_PORT: String(ports.jaegerUi),
    JAEGER_OTLP_GRPC_PORT: String(ports.otlpGrpc),
    JAEGER_OTLP_HTTP_PORT: String(ports.otlpHttp),
    JAEGER_SPAN_METRICS_PORT: String(ports.spanMetrics),
    // Unused, so any free port.
    JAEGER_QUERY_GRPC_PORT: '0',
    JAEGER_PROMETHEUS_URL: prometheusUrl,
    ...(spanMetricsEvery !== undefined && { JAEGER_SPAN_METRICS_EVERY: spanMetricsEvery }),
    // Otherwise Jaeger traces its own requests, and sends them to the default port.
    OTEL_TRACES_SAMPLER: 'always_off',
  };
}
