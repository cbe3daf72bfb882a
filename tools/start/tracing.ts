import { describePages, findPages } from './has-pages.ts';
import { findJaeger, startJaeger } from '../servers/jaeger.ts';
import type { Ports } from '../process/ports.ts';
import { StackError } from '../stack-error.ts';
import { startTraceStore } from '../servers/trace-store.ts';
import { withoutPassword } from './environment.ts';
import type { ServerContext } from './server-context.ts';

/** Where spans go in this start. */
type Tracing =
  | { backend: 'none'; why: string }
  | { backend: 'given'; variable: string; url: string }
  | { backend: 'jaeger'; command: string }
  | { backend: 'trace-store' };

/** Variables that say where traces go and where the API reads them; empty = as in the environment. */
interface TracingVariables {
  OTEL_EXPORTER_OTLP_ENDPOINT?: string;
  OTEL_EXPORTER_OTLP_PROTOCOL?: string;
  OTEL_LOGS_EXPORTER?: 'none';
  /** '' = no UI. */
  JAEGER_UI_URL?: string;
  JAEGER_QUERY_URL?: string;
}

const PORTS_OF: Readonly<Record<Tracing['backend'], readonly (keyof Ports)[]>> = {
  none: [],
  given: [],
  jaeger: ['jaegerUi', 'otlpGrpc', 'otlpHttp', 'spanMetrics'],
  'trace-store': ['jaegerUi', 'otlpHttp'],
};

export function chooseTracing(
  context: Pick<ServerContext, 'given' | 'dataDir' | 'searchPath'>,
): Tracing {
  const { otlpTracesEndpoint, otlpEndpoint, jaegerQueryUrl, isTelemetryOff } = context.given;
  const given = (variable: string, url: string) => ({ backend: 'given', variable, url }) as const;
  if (isTelemetryOff) return { backend: 'none', why: 'TELEMETRY_ENABLED is false' };
  if (otlpTracesEndpoint) return given('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', otlpTracesEndpoint);
  if (otlpEndpoint) return given('OTEL_EXPORTER_OTLP_ENDPOINT', otlpEndpoint);
  const command = findJaeger(context);
  if (command !== undefined) return { backend: 'jaeger', command };
  return jaegerQueryUrl ? given('JAEGER_QUERY_URL', jaegerQueryUrl) : { backend: 'trace-store' };
}

/** Ports of the backend that this starts. */
export function listTracingPorts(
  context: Pick<ServerContext, 'given' | 'dataDir' | 'searchPath' | 'ports'>,
): { part: string; port: number }[] {
  const { backend } = chooseTracing(context);
  return PORTS_OF[backend].map((name) => ({ part: backend, port: context.ports[name] }));
}

/** Starts Jaeger or the trace store, unless the environment says where spans go. */
export async function bringTracing(context: ServerContext): Promise<TracingVariables> {
  const { given, progress, signal } = context;
  const tracing = chooseTracing(context);
  switch (tracing.backend) {
    case 'none':
      progress.leftOut('jaeger', tracing.why);
      return {};
    case 'given':
      progress.given('jaeger', `${tracing.variable}, ${withoutPassword(tracing.url)}`);
      return {
        // As in Compose: every backend accepts protobuf.
        OTEL_EXPORTER_OTLP_PROTOCOL: given.otlpProtocol ?? 'http/protobuf',
        ...(given.jaegerUiUrl && { JAEGER_UI_URL: given.jaegerUiUrl }),
      };
    default:
  }
  progress.starting(tracing.backend);
  try {
    return tracing.backend === 'jaeger'
      ? await bringJaeger(context, tracing.command)
      : await bringTraceStore(context);
  } catch (error) {
    if (!(error instanceof StackError) || signal.aborted) throw error;
    progress.leftOut(tracing.backend, `${error.message}; traces are off`);
    return {};
  }
}

async function bringJaeger(context: ServerContext, command: string): Promise<TracingVariables> {
  const { dataDir, searchPath, ports, progress, group } = context;
  await startJaeger(command, {
    dataDir,
    searchPath,
    ports,
    prometheusUrl: `http://127.0.0.1:${ports.prometheus}`,
    onSpawn: group.watch,
  });
  const pages = await findPages(`http://localhost:${ports.jaegerUi}`);
  progress.ready('jaeger', `${command}, ${describePages(pages)} on port ${ports.jaegerUi}`);
  return { ...ownBackend(context), ...(pages !== undefined && { JAEGER_UI_URL: pages }) };
}

async function bringTraceStore(context: ServerContext): Promise<TracingVariables> {
  const { dataDir, ports, progress, group } = context;
  await startTraceStore({ dataDir, ports, onSpawn: group.watch });
  progress.ready(
    'trace-store',
    `the newest 2,000 traces in memory, instead of Jaeger, port ${ports.jaegerUi}`,
  );
  return { ...ownBackend(context), JAEGER_UI_URL: '' };
}

function ownBackend({ given, ports }: ServerContext): TracingVariables {
  return {
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${ports.otlpHttp}`,
    // Neither backend keeps logs.
    ...(given.otlpLogsEndpoint === undefined && { OTEL_LOGS_EXPORTER: 'none' }),
    JAEGER_QUERY_URL: `http://127.0.0.1:${ports.jaegerUi}`,
  };
}
