import { join } from 'node:path';
import { hasPages } from '../has-pages.ts';
import { findJaeger, startJaeger } from '../jaeger.ts';
import { startPostgres } from '../postgres.ts';
import { startPrometheus } from '../prometheus.ts';
import { startProxy } from '../proxy.ts';
import { startRedis } from '../redis.ts';
import { StackError } from '../stack-error.ts';
import { withoutPassword } from './environment.ts';
import { listExporters } from './exporters.ts';
import type { ServerContext } from './server-context.ts';
import { listApis } from './services.ts';

/** @returns DATABASE_URL */
export async function bringDatabase(context: ServerContext): Promise<string> {
  const { given, progress, ports } = context;
  if (given.databaseUrl) {
    progress.given('postgres', `DATABASE_URL, ${withoutPassword(given.databaseUrl)}`);
    return given.databaseUrl;
  }
  progress.starting('postgres');
  const server = await startPostgres({ ...startOptions(context), port: ports.postgres });
  progress.ready(
    'postgres',
    `PostgreSQL ${server.version} on port ${ports.postgres}, data in ${server.folder}`,
  );
  return server.url;
}

/** @returns REDIS_URL */
export async function bringRedis(context: ServerContext): Promise<string> {
  const { given, progress, ports } = context;
  if (given.redisUrl) {
    progress.given('redis', `REDIS_URL, ${withoutPassword(given.redisUrl)}`);
    return given.redisUrl;
  }
  progress.starting('redis');
  const server = await startRedis({
    ...startOptions(context),
    port: ports.redis,
    onUnpack: () => progress.say("  redis        not on PATH, downloading Debian's package"),
  });
  progress.ready('redis', `Redis ${server.source} on port ${ports.redis}`);
  return server.url;
}

/** Starts a proxy in front of several APIs, on the port of a single API. */
export async function bringProxy(context: ServerContext): Promise<void> {
  const { progress, ports, apis } = context;
  if (apis === 1) return;
  progress.starting('proxy');
  const server = await startProxy({
    ...startOptions(context),
    port: ports.api,
    statusPort: ports.proxyStatus,
    apiPorts: listApis(ports, apis).map(({ port }) => port),
    onUnpack: () => progress.say("  proxy        not on PATH, downloading Debian's HAProxy"),
  });
  progress.ready('proxy', `HAProxy ${server.source} in front of ${apis} APIs, port ${ports.api}`);
}

export interface BroughtPrometheus {
  /** For the API, with its password; undefined = the stack has no Prometheus. */
  url: string | undefined;
  /** For people, without the password; undefined = it has no UI. */
  pages: string | undefined;
}

export async function bringPrometheus(context: ServerContext): Promise<BroughtPrometheus> {
  const { root, given, progress, ports, workers, apis } = context;
  if (given.prometheusUrl) {
    const shown = withoutPassword(given.prometheusUrl);
    progress.given('prometheus', `PROMETHEUS_URL, ${shown}`);
    return { url: given.prometheusUrl, pages: shown };
  }
  progress.starting('prometheus');
  const workerPorts = Array.from({ length: workers }, (_, index) => ports.workerMetrics + index);
  try {
    const server = await startPrometheus({
      ...startOptions(context),
      port: ports.prometheus,
      targets: [
        { job: 'api', ports: listApis(ports, apis).map(({ metricsPort }) => metricsPort) },
        ...(apis > 1 ? [{ job: 'proxy', ports: [ports.proxyStatus] }] : []),
        { job: 'worker', ports: workerPorts },
        ...listExporters(context).map(({ job, port }) => ({ job, ports: [port] })),
        ...(startsJaeger(context) ? [{ job: 'span-metrics', ports: [ports.spanMetrics] }] : []),
      ],
      ruleFiles: [join(root, 'observability/config/prometheus/rules/*.yml')],
      onUnpack: () => progress.say("  prometheus   not on PATH, downloading Debian's package"),
    });
    const pages = await findPages(server.url);
    progress.ready(
      'prometheus',
      `Prometheus ${server.source}, ${describePages(pages)} on port ${ports.prometheus}`,
    );
    return { url: server.url, pages };
  } catch (error) {
    if (!(error instanceof StackError) || context.signal.aborted) throw error;
    progress.leftOut('prometheus', error.message);
    return { url: undefined, pages: undefined };
  }
}

/** Whether this start includes Jaeger. */
export function startsJaeger(context: Pick<ServerContext, 'given' | 'dataDir' | 'searchPath'>) {
  return givenTraces(context) === undefined && findJaeger(context) !== undefined;
}

/** The variable that says where spans go, and its value; undefined = to the Jaeger of this start. */
function givenTraces({ given }: Pick<ServerContext, 'given'>): [string, string] | undefined {
  if (given.otlpTracesEndpoint)
    return ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', given.otlpTracesEndpoint];
  return given.otlpEndpoint ? ['OTEL_EXPORTER_OTLP_ENDPOINT', given.otlpEndpoint] : undefined;
}

/** Variables that say where traces go and where people see them; empty = traces are off. */
export async function bringTracing(context: ServerContext): Promise<{
  OTEL_EXPORTER_OTLP_ENDPOINT?: string;
  OTEL_LOGS_EXPORTER?: 'none';
  JAEGER_UI_URL?: string;
  JAEGER_QUERY_URL?: string;
}> {
  const { given, progress, ports } = context;
  const traces = givenTraces(context);
  if (traces !== undefined) {
    const [variable, url] = traces;
    progress.given('jaeger', `${variable}, ${withoutPassword(url)}`);
    return {
      ...(given.jaegerUiUrl && { JAEGER_UI_URL: given.jaegerUiUrl }),
      ...(given.jaegerQueryUrl && { JAEGER_QUERY_URL: given.jaegerQueryUrl }),
    };
  }
  const command = findJaeger(context);
  if (!command) {
    progress.leftOut('jaeger', 'traces are off; to build Jaeger, run `npm run servers -- jaeger`');
    return {};
  }
  progress.starting('jaeger');
  try {
    await startJaeger(command, {
      ...startOptions(context),
      ports,
      prometheusUrl: `http://127.0.0.1:${ports.prometheus}`,
    });
  } catch (error) {
    if (!(error instanceof StackError) || context.signal.aborted) throw error;
    progress.leftOut('jaeger', `${error.message}; traces are off`);
    return {};
  }
  const pages = await findPages(`http://localhost:${ports.jaegerUi}`);
  progress.ready('jaeger', `${command}, ${describePages(pages)} on port ${ports.jaegerUi}`);
  return {
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${ports.otlpHttp}`,
    // Jaeger accepts no logs.
    ...(given.otlpLogsEndpoint === undefined && { OTEL_LOGS_EXPORTER: 'none' }),
    JAEGER_QUERY_URL: `http://127.0.0.1:${ports.jaegerUi}`,
    ...(pages !== undefined && { JAEGER_UI_URL: pages }),
  };
}

/** @returns the URL; undefined = the server has no UI */
async function findPages(url: string): Promise<string | undefined> {
  return (await hasPages(url)) ? url : undefined;
}

function describePages(pages: string | undefined): string {
  return pages === undefined ? 'query API without UI' : 'UI';
}

function startOptions({ dataDir, searchPath, signal, group }: ServerContext) {
  return { dataDir, searchPath, signal, onSpawn: group.watch };
}
