import { join } from 'node:path';
import { runCommand } from '../process/command.ts';
import { type Ports, requireFreePorts } from '../process/ports.ts';
import { buildWeb } from './web-build.ts';
import { arrangeVendors, type GivenServices, withoutPassword } from './environment.ts';
import { bringAlertmanager, prepareGameDays, type GameDays, startGameDays } from './game-days.ts';
import { bringIdentity } from './identity.ts';
import type { StartOptions } from './options.ts';
import type { PartGroup } from './part-group.ts';
import type { Progress } from './progress.ts';
import { readRevision } from './revision.ts';
import { bringDatabase, bringPrometheus, bringProxy, bringRedis } from './servers.ts';
import type { ServerContext } from './server-context.ts';
import {
  type ServiceContext,
  apiService,
  listApis,
  simulatorService,
  webService,
  workerService,
} from './services.ts';
import { bringTracing, listTracingPorts } from './tracing.ts';

export interface StackContext {
  root: string;
  dataDir: string;
  env: NodeJS.ProcessEnv;
  given: GivenServices;
  options: StartOptions;
  ports: Ports;
  group: PartGroup;
  progress: Progress;
  signal: AbortSignal;
}

export interface StartedStack {
  /** Names and URLs to print. */
  urls: (readonly [string, string])[];
  keycloakUrl: string;
  /** Each logs in once: the admin, then the builder. */
  loginLinks: readonly string[];
  /** The address at which browsers reach AIO. */
  publicUrl: string;
}

/**
 * Starts every part; independent parts start at the same time.
 */
export async function startStack(context: StackContext): Promise<StartedStack> {
  const { env, options, ports, progress } = context;
  const servers: ServerContext = {
    ...context,
    workers: options.workers,
    apis: options.apis,
    searchPath: env.PATH ?? '',
  };
  const gameDays = await prepareGameDays(servers, env, options);
  await requireFreePorts(wantedPorts(context, gameDays));
  const publicUrl = publicUrlOf(context);
  const webServer = options.web ? prepareWeb(context) : undefined;
  const [databaseUrl, redisUrl, tracing, prometheus, , identity] = await whileAlive(context, [
    bringDatabase(servers),
    bringRedis(servers),
    bringTracing(servers),
    bringPrometheus(servers, gameDays?.alertmanagerPort),
    startSimulator(context),
    bringIdentity({ ...servers, env, publicUrl }),
    gameDays && bringAlertmanager(servers, gameDays),
  ]);
  const { keycloakUrl, loginLinks, uniqueNameClaim } = identity;
  const simulatorUrl = `http://127.0.0.1:${ports.simulator}`;
  const services = serviceContext(context, {
    DATABASE_URL: databaseUrl,
    REDIS_URL: redisUrl,
    KEYCLOAK_URL: keycloakUrl,
    AIO_PUBLIC_URL: publicUrl,
    AIO_OIDC_UNIQUE_NAME_CLAIM: env.AIO_OIDC_UNIQUE_NAME_CLAIM ?? uniqueNameClaim,
    AIO_REVISION: env.AIO_REVISION || readRevision(context.root, env.PATH ?? '') || 'unknown',
    ...tracing,
    BOARDS_FOR: env.BOARDS_FOR || 'member',
    ...(prometheus.url !== undefined && { PROMETHEUS_URL: prometheus.url }),
    ...(gameDays?.alertmanagerPort !== undefined && {
      ALERTMANAGER_URL: `http://127.0.0.1:${gameDays.alertmanagerPort}`,
    }),
    ...(gameDays && {
      GAME_DAYS_URL: `http://127.0.0.1:${ports.gameDays}`,
      GAME_DAYS_TOKEN: gameDays.token,
    }),
    ...arrangeVendors(env, simulatorUrl, progress),
  });
  await migrate(services, context);
  const workers = Array.from({ length: options.workers }, (_, index) => index);
  await whileAlive(context, [
    storeExamples(services, context),
    startApis(services, context).then(() => bringProxy(servers)),
    ...workers.map((index) => startWorker(services, context, index)),
    webServer?.then((server) => startWeb(services, context, server)),
  ]);
  if (gameDays) await startGameDays(services, servers, gameDays);
  const jaegerUrl = tracing.JAEGER_UI_URL || undefined;
  const urls = { prometheusUrl: prometheus.pages, jaegerUrl, keycloakUrl };
  const links = options.web ? loginLinks : [];
  return { urls: listUrls(context, urls), keycloakUrl, loginLinks: links, publicUrl };
}

/** Waits for all parts. The first failure rejects, and the caller then stops the stack. */
function whileAlive<T extends readonly unknown[]>(
  { group }: StackContext,
  parts: readonly [...T],
): Promise<{ -readonly [P in keyof T]: Awaited<T[P]> }> {
  return Promise.race([Promise.all(parts), group.failure]);
}

function wantedPorts(
  { given, options, ports, dataDir, env }: StackContext,
  gameDays: GameDays | undefined,
) {
  const found = { given, dataDir, searchPath: env.PATH ?? '' };
  return [
    ...(given.databaseUrl ? [] : [{ part: 'postgres', port: ports.postgres }]),
    ...(given.redisUrl ? [] : [{ part: 'redis', port: ports.redis }]),
    ...(given.keycloakUrl ? [] : [{ part: 'identity', port: ports.identity }]),
    { part: 'simulator', port: ports.simulator },
    ...(given.prometheusUrl ? [] : [{ part: 'prometheus', port: ports.prometheus }]),
    ...listTracingPorts({ ...found, ports }),
    ...(options.apis === 1
      ? []
      : [
          { part: 'proxy', port: ports.api },
          { part: 'proxy metrics', port: ports.proxyStatus },
        ]),
    ...listApis(ports, options.apis).flatMap(({ name, port, metricsPort }) => [
      { part: name, port },
      { part: `${name} metrics`, port: metricsPort },
    ]),
    ...Array.from({ length: options.workers }, (_, index) => ({
      part: `worker-${index + 1} metrics`,
      port: ports.workerMetrics + index,
    })),
    ...(options.web ? [{ part: 'web', port: ports.web }] : []),
    ...(gameDays ? [{ part: 'game-days', port: ports.gameDays }] : []),
    ...(gameDays?.alertmanagerPort ? [{ part: 'alertmanager', port: ports.alertmanager }] : []),
  ];
}

function serviceContext(
  { root, dataDir, env, ports }: StackContext,
  settings: Record<string, string>,
): ServiceContext {
  return { root, dataDir, ports, env: { ...env, ...settings } };
}

async function startSimulator(context: StackContext): Promise<void> {
  const { group, progress, ports } = context;
  progress.starting('simulator');
  await group.start(simulatorService(serviceContext(context, {})));
  progress.ready(
    'simulator',
    `language models and services for the examples, port ${ports.simulator}`,
  );
}

/** The address at which browsers reach AIO. The web UI forwards requests to the API, so there is one origin. */
function publicUrlOf({ env, options, ports }: StackContext): string {
  return env.AIO_PUBLIC_URL || `http://localhost:${options.web ? ports.web : ports.api}`;
}

async function migrate({ root, env, dataDir }: ServiceContext, context: StackContext) {
  const { progress, signal } = context;
  progress.starting('migrations');
  await runCommand({
    purpose: 'migrating the database',
    command: process.execPath,
    args: [join(root, 'services/platform/migrate-main.ts')],
    env,
    cwd: root,
    logFile: join(dataDir, 'logs/migrate.log'),
    signal,
  });
  progress.ready('migrations', 'the schema is up to date');
}

/** Stores the examples, so that users have workflows to run. */
async function storeExamples({ root, env, dataDir, ports }: ServiceContext, context: StackContext) {
  const { progress, signal } = context;
  progress.starting('examples');
  await runCommand({
    purpose: 'storing the examples',
    command: process.execPath,
    args: [join(root, 'services/api/store-examples-main.ts')],
    env: { ...env, SIMULATOR_URL: `http://127.0.0.1:${ports.simulator}` },
    cwd: root,
    logFile: join(dataDir, 'logs/examples.log'),
    signal,
  });
  progress.ready('examples', 'the workflows of examples/workflows');
}

async function startApis(services: ServiceContext, context: StackContext) {
  const { group, progress, ports, options } = context;
  await Promise.all(
    listApis(ports, options.apis).map(async (api) => {
      progress.starting(api.name);
      await group.keepRunning(apiService(services, api));
      progress.ready(api.name, `port ${api.port}, metrics on ${api.metricsPort}`);
    }),
  );
}

async function startWorker(
  services: ServiceContext,
  { group, progress, ports }: StackContext,
  index: number,
) {
  const spec = workerService(services, index);
  progress.starting(spec.name);
  await group.keepRunning(spec);
  progress.ready(spec.name, `metrics on ${ports.workerMetrics + index}`);
}

/** @returns the built server */
async function prepareWeb(context: StackContext): Promise<string> {
  const { progress } = context;
  const building = buildWeb({
    ...context,
    onBuild: () => progress.starting('web', 'building the web UI, once; takes about half a minute'),
  });
  // startStack handles the failure when it awaits this.
  building.catch(() => {});
  return building;
}

async function startWeb(services: ServiceContext, context: StackContext, server: string) {
  const { group, progress, ports } = context;
  progress.starting('web');
  await group.start(webService(services, server));
  progress.ready('web', `port ${ports.web}`);
}

function listUrls(
  { ports, options, dataDir }: StackContext,
  urls: {
    prometheusUrl: string | undefined;
    jaegerUrl: string | undefined;
    keycloakUrl: string;
  },
): (readonly [string, string])[] {
  const at = (port: number, path = '') => `http://localhost:${port}${path}`;
  const rows: (readonly [string, string | undefined])[] = [
    ['Web UI', options.web ? at(ports.web) : undefined],
    ['API documentation', at(ports.api, '/api/v1/docs')],
    ['API document', at(ports.api, '/api/v1/openapi.json')],
    ...listApis(ports, options.apis).map(
      ({ metricsPort }, index) =>
        [`API${index === 0 ? '' : ` ${index + 1}`} metrics`, at(metricsPort, '/metrics')] as const,
    ),
    ...Array.from(
      { length: options.workers },
      (_, index) =>
        [`Worker ${index + 1} metrics`, at(ports.workerMetrics + index, '/metrics')] as const,
    ),
    ['Prometheus', urls.prometheusUrl],
    ['Jaeger', urls.jaegerUrl && withoutPassword(urls.jaegerUrl)],
    [
      'Login service',
      `${withoutPassword(urls.keycloakUrl)}/realms/aio/.well-known/openid-configuration`,
    ],
    ['Logs', join(dataDir, 'logs')],
  ];
  return rows.filter((row): row is readonly [string, string] => row[1] !== undefined);
}
