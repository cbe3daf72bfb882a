import { compileCache } from '../process/compile-cache.ts';
import { findFreePort } from '../process/free-port.ts';
import { type Ports, PORTS } from '../process/ports.ts';
import { prepareProxy } from '../servers/proxy.ts';
import {
  apiService,
  identityService,
  type ServiceContext,
  simulatorService,
  workerService,
} from '../start/services.ts';
import type { PartSpec } from '../process/process.ts';
import { createMachineToken, fetchAs, type MachineToken } from '../start/machine-token.ts';
import { type ApiClient, createApiClient } from './client.ts';
import { type Deaths, watchDeaths } from './deaths.ts';
import { PROFILING_TOKEN } from './heap.ts';
import { createSimulatorClient, type SimulatorClient } from './simulator-client.ts';
import type { MemoryLimit } from './memory-limit.ts';
import { PROJECT_ROOT } from './own-servers.ts';
import { startProcess, type SystemProcess } from './system-process.ts';

/** Longer than the API's own shutdown limit. */
const API_STOP_MS = 25_000;

export interface SystemOptions {
  workers: number;
  /** Default 1. */
  apis?: number;
  /** Puts the proxy in front of the APIs; folder of downloaded programs. */
  proxyFrom?: string;
  /** A migrated database. */
  databaseUrl: string;
  redisUrl: string;
  /** Prefix of every Redis key. Default `aio`. */
  prefix?: string;
  /** Logs go to `<dataDir>/logs`. */
  dataDir: string;
  /** Additional variables of all processes, including `PATH`. KEYCLOAK_URL names an existing provider. */
  env: Readonly<Record<string, string>>;
  /** Variables of one process (`api`, `api-2`, `worker-1` …), read at each start. */
  processEnv?: (name: string) => Readonly<Record<string, string>>;
  /** Folder of the code of APIs and workers; default: this project. */
  root?: string;
  /** Limits the memory of each API and worker. */
  memory?: MemoryLimit | undefined;
  /** Limits the file descriptors of each API. */
  descriptors?: number | undefined;
}

export type SystemWorker = SystemProcess;

export interface SystemApi extends SystemProcess {
  /** Origin, without a slash at the end. */
  readonly url: string;
}

/** The processes of AIO on free ports, with the simulator in place of external services. */
export interface System {
  /** Origin of the proxy, or of the first API without a proxy. */
  readonly apiUrl: string;
  /** Sends requests with a token that has all rights. */
  readonly fetch: typeof fetch;
  /** AIO's address for browsers. */
  readonly publicUrl: string;
  /** Where browsers log in. */
  readonly identityUrl: string;
  /** The identity provider; null = KEYCLOAK_URL names another. */
  readonly identity: SystemProcess | null;
  /** Access token with all rights. */
  readonly token: MachineToken;
  /** Client of `apiUrl`. */
  readonly api: ApiClient;
  readonly apis: readonly SystemApi[];
  /** null = the system has no proxy. */
  readonly proxy: SystemProcess | null;
  readonly simulator: SimulatorClient;
  readonly workers: readonly SystemWorker[];
  /** `/metrics` of the first API. */
  readonly metricsUrl: string;
  /** Processes that ended without `signal` or `stop`. */
  readonly deaths: Pick<Deaths, 'lines' | 'first' | 'check'>;
  /** Stops all processes. @throws StackError if one had ended unexpectedly */
  stop(): Promise<void>;
  /** Stops all processes, for callers that report deaths themselves. */
  end(): Promise<void>;
}

/** @throws StackError with the last log lines of a process that does not become ready */
export async function startSystem(options: SystemOptions): Promise<System> {
  const ports = await findPorts();
  const simulatorUrl = `http://127.0.0.1:${ports.simulator}`;
  const given = options.env['KEYCLOAK_URL'];
  const identityUrl = given ?? `http://127.0.0.1:${ports.identity}`;
  const publicUrl = options.env['AIO_PUBLIC_URL'] ?? `http://127.0.0.1:${ports.api}`;
  const token = createMachineToken(identityUrl);
  const fetch = fetchAs(token);
  const context: ServiceContext = {
    root: PROJECT_ROOT,
    dataDir: options.dataDir,
    ports,
    env: environmentOf(options, { simulatorUrl, identityUrl, publicUrl }),
  };
  const deaths = watchDeaths();
  const { begin, end } = createGroup();
  const stop = async () => {
    await end();
    deaths.check();
  };
  const limit = (spec: PartSpec) => options.memory?.apply(spec) ?? spec;
  const envOf = (name: string) => ({ ...context.env, ...options.processEnv?.(name) });
  const count = (length: number) => Array.from({ length }, (_, index) => index);
  try {
    const [, identity] = await allOrFirstFailure([
      begin(startProcess(() => simulatorService(context), ports.simulator, deaths)),
      given === undefined ? begin(startIdentity()) : null,
    ]);
    const [workers, apis] = await allOrFirstFailure([
      allOrFirstFailure(count(options.workers).map((index) => begin(startWorker(index)))),
      allOrFirstFailure(count(options.apis ?? 1).map((index) => begin(startApi(index)))),
    ]);
    const { metricsUrl } = apis[0] as SystemApi;
    const apiUrl = `http://127.0.0.1:${ports.api}`;
    const proxy = options.proxyFrom === undefined ? null : await begin(startProxy(apis));
    const simulator = createSimulatorClient(simulatorUrl);
    const api = failingWith(deaths.first, createApiClient(apiUrl, { fetch }));
    return {
      apiUrl,
      fetch,
      publicUrl,
      identityUrl,
      identity,
      token,
      api,
      apis,
      proxy,
      simulator,
      workers,
      metricsUrl,
      deaths,
      stop,
      end,
    };
  } catch (error) {
    await end();
    throw error;
  }

  async function startIdentity(): Promise<SystemProcess> {
    const urls = { publicUrl, identityUrl };
    return startProcess(() => identityService(context, urls), ports.identity, deaths);
  }

  async function startWorker(index: number): Promise<SystemWorker> {
    const metricsPort = await findFreePort();
    const ports = { ...context.ports, workerMetrics: metricsPort - index };
    const specOf = (root: string) =>
      limit(workerService({ ...context, root, env: envOf(`worker-${index + 1}`), ports }, index));
    return startProcess(specOf, metricsPort, deaths, options.root);
  }

  async function startApi(index: number): Promise<SystemApi> {
    const isFirst = index === 0;
    const isDoor = isFirst && options.proxyFrom === undefined;
    const port = isDoor ? context.ports.api : await findFreePort();
    const metricsPort = await findFreePort();
    const name = isFirst ? 'api' : `api-${index + 1}`;
    const specOf = (root: string) => {
      const spec = apiService({ ...context, root, env: envOf(name) }, { name, port, metricsPort });
      return { ...limit(withDescriptors(spec, options.descriptors)), stopWithinMs: API_STOP_MS };
    };
    const started = await startProcess(specOf, metricsPort, deaths, options.root);
    return Object.assign(started, { url: `http://127.0.0.1:${port}` });
  }

  async function startProxy(apis: readonly SystemApi[]): Promise<SystemProcess> {
    const { source: _source, ...spec } = await prepareProxy({
      dataDir: options.dataDir,
      programDir: options.proxyFrom,
      port: ports.api,
      statusPort: ports.proxyStatus,
      apiPorts: apis.map(({ url }) => Number(new URL(url).port)),
      searchPath: options.env['PATH'] ?? '',
    });
    return startProcess(() => spec, ports.proxyStatus, deaths);
  }
}

/** @param most undefined = as many as this process may have */
function withDescriptors(spec: PartSpec, most: number | undefined): PartSpec {
  if (most === undefined) return spec;
  const lower = ['-c', 'ulimit -n "$0" && exec "$@"', String(most)];
  return { ...spec, command: '/bin/sh', args: [...lower, spec.command, ...spec.args] };
}

/** Processes that end together. */
function createGroup() {
  const running: { stop(): Promise<unknown> }[] = [];
  return {
    async begin<Process extends { stop(): Promise<unknown> }>(start: Promise<Process>) {
      const process = await start;
      running.push(process);
      return process;
    },
    async end() {
      await Promise.all(running.splice(0).map((process) => process.stop()));
    },
  };
}

/** Scrape targets for Prometheus: the `/metrics` ports by job. */
export function scrapeTargets({
  apis,
  proxy,
  workers,
}: Pick<System, 'apis' | 'proxy' | 'workers'>) {
  const ports = (processes: readonly SystemProcess[]) =>
    processes.map(({ metricsUrl }) => Number(new URL(metricsUrl).port));
  return [
    { job: 'api', ports: ports(apis) },
    ...(proxy === null ? [] : [{ job: 'proxy', ports: ports([proxy]) }]),
    { job: 'worker', ports: ports(workers) },
  ];
}

/** `Promise.all` that waits for all before it rejects, so that the caller can stop what they started. */
async function allOrFirstFailure<Starts extends readonly unknown[]>(starts: readonly [...Starts]) {
  await Promise.allSettled(starts);
  return Promise.all(starts);
}

/** A free port for each part of a stack. */
export async function findPorts(): Promise<Ports> {
  const names = Object.keys(PORTS) as (keyof Ports)[];
  const free = await Promise.all(names.map(findFreePort));
  return Object.fromEntries(names.map((name, index) => [name, free[index]])) as Ports;
}

function environmentOf(
  options: SystemOptions,
  urls: { simulatorUrl: string; identityUrl: string; publicUrl: string },
): NodeJS.ProcessEnv {
  const { simulatorUrl, identityUrl, publicUrl } = urls;
  return {
    DATABASE_URL: options.databaseUrl,
    REDIS_URL: options.redisUrl,
    AIO_PREFIX: options.prefix ?? 'aio',
    KEYCLOAK_URL: identityUrl,
    AIO_OIDC_UNIQUE_NAME_CLAIM: 'preferred_username',
    AIO_PUBLIC_URL: publicUrl,
    OPENAI_API_KEY: 'simulated-key',
    OPENAI_BASE_URL: `${simulatorUrl}/v1`,
    ANTHROPIC_API_KEY: 'simulated-key',
    ANTHROPIC_BASE_URL: simulatorUrl,
    PROFILING_TOKEN,
    LOG_LEVEL: 'warn',
    // One client follows hundreds of runs.
    EVENT_STREAMS_PER_PERSON: '100000',
    ...compileCache(),
    ...options.env,
  };
}

/** Makes waits for runs reject at the death of a process, which may have held the run. */
export function failingWith(death: Promise<never>, api: ApiClient): ApiClient {
  return {
    ...api,
    waitForRun: (...args) => Promise.race([api.waitForRun(...args), death]),
    waitUntilIdle: (...args) => Promise.race([api.waitUntilIdle(...args), death]),
  };
}
