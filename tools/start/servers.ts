import { join } from 'node:path';
import { describePages, findPages } from './has-pages.ts';
import { startPostgres } from '../servers/postgres.ts';
import { startPrometheus } from '../servers/prometheus.ts';
import { startProxy } from '../servers/proxy.ts';
import { startRedis } from '../servers/redis.ts';
import { StackError } from '../stack-error.ts';
import { withoutPassword } from './environment.ts';
import type { ServerContext } from './server-context.ts';
import { listApis } from './services.ts';
import { chooseTracing } from './tracing.ts';

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

/** @param alertmanagerPort where it sends alerts; undefined = nowhere */
export async function bringPrometheus(
  context: ServerContext,
  alertmanagerPort?: number,
): Promise<BroughtPrometheus> {
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
        ...(chooseTracing(context).backend === 'jaeger'
          ? [{ job: 'span-metrics', ports: [ports.spanMetrics] }]
          : []),
      ],
      ruleFiles: [join(root, 'observability/config/prometheus/rules/*.yml')],
      ...(alertmanagerPort !== undefined && { alertmanagerPort }),
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

function startOptions({ dataDir, searchPath, signal, group }: ServerContext) {
  return { dataDir, searchPath, signal, onSpawn: group.watch };
}
