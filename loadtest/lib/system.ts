import { findFreePort, type Ports, PORTS } from '@aio/stack/ports';
import { type Part, startPart } from '@aio/stack/process';
import {
  apiService,
  type ServiceContext,
  simulatorService,
  workerService,
} from '@aio/stack/start/services';
import { resolve } from 'node:path';
import { type ApiClient, createApiClient } from './client.ts';
import { createSimulatorClient, type SimulatorClient } from './simulator-client.ts';

const PROJECT_ROOT = resolve(import.meta.dirname, '../..');

export interface SystemOptions {
  workers: number;
  /** A migrated database. */
  databaseUrl: string;
  redisUrl: string;
  /** In front of every key in Redis. Default `aio`. */
  prefix?: string;
  /** Logs go to `<dataDir>/logs`. */
  dataDir: string;
  /** What the processes get beside that, `PATH` to begin with. */
  env: Readonly<Record<string, string>>;
}

export interface SystemWorker {
  readonly name: string;
  readonly metricsUrl: string;
  /** Of the process that runs now or ran last. */
  readonly pid: number;
  /** Resolves when the process is gone (or, for SIGSTOP and SIGCONT, was told). */
  signal(signal: NodeJS.Signals): Promise<void>;
  /** Starts the next process; resolves when it is ready. Does nothing after `stop`. */
  restart(): Promise<void>;
  /** For good: a restart that is under way is waited for, and ended too. */
  stop(): Promise<void>;
}

/** The product's own processes on free ports, with the simulator for everything outside. */
export interface System {
  readonly apiUrl: string;
  readonly api: ApiClient;
  readonly simulator: SimulatorClient;
  readonly workers: readonly SystemWorker[];
  /** `/metrics` of the API. */
  readonly metricsUrl: string;
  stop(): Promise<void>;
}

/** @throws StackError with the last log lines of a process that did not become ready */
export async function startSystem(options: SystemOptions): Promise<System> {
  const ports = await findPorts();
  const simulatorUrl = `http://127.0.0.1:${ports.simulator}`;
  const context: ServiceContext = {
    root: PROJECT_ROOT,
    dataDir: options.dataDir,
    ports,
    env: environmentOf(options, simulatorUrl),
  };
  const running: { stop(): Promise<unknown> }[] = [];
  const stop = async () => {
    await Promise.all(running.splice(0).map((process) => process.stop()));
  };
  const begin = async <Process extends { stop(): Promise<unknown> }>(start: Promise<Process>) => {
    const process = await start;
    running.push(process);
    return process;
  };
  try {
    await begin(startPart(simulatorService(context)));
    const indexes = Array.from({ length: options.workers }, (_, index) => index);
    const [workers] = await allOrFirstFailure([
      allOrFirstFailure(indexes.map((index) => begin(startWorker(context, index)))),
      begin(startPart(apiService(context))),
    ]);
    const apiUrl = `http://127.0.0.1:${ports.api}`;
    const simulator = createSimulatorClient(simulatorUrl);
    const metricsUrl = `http://127.0.0.1:${ports.apiMetrics}/metrics`;
    return { apiUrl, api: createApiClient(apiUrl), simulator, workers, metricsUrl, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Like `Promise.all`, but waits for the others before it fails: what they started must be known. */
async function allOrFirstFailure<Starts extends readonly unknown[]>(starts: readonly [...Starts]) {
  await Promise.allSettled(starts);
  return Promise.all(starts);
}

async function findPorts(): Promise<Ports> {
  const names = Object.keys(PORTS) as (keyof Ports)[];
  const free = await Promise.all(names.map(findFreePort));
  return Object.fromEntries(names.map((name, index) => [name, free[index]])) as Ports;
}

function environmentOf(options: SystemOptions, simulatorUrl: string): NodeJS.ProcessEnv {
  return {
    DATABASE_URL: options.databaseUrl,
    REDIS_URL: options.redisUrl,
    AIO_PREFIX: options.prefix ?? 'aio',
    OPENAI_API_KEY: 'simulated',
    OPENAI_BASE_URL: `${simulatorUrl}/v1`,
    ANTHROPIC_API_KEY: 'simulated',
    ANTHROPIC_BASE_URL: simulatorUrl,
    LOG_LEVEL: 'warn',
    ...options.env,
  };
}

async function startWorker(context: ServiceContext, index: number): Promise<SystemWorker> {
  const metricsPort = await findFreePort();
  const ports = { ...context.ports, workerMetrics: metricsPort - index };
  const spec = workerService({ ...context, ports }, index);
  let part: Part = await startPart(spec);
  let restarted: Promise<void> = Promise.resolve();
  let stopped = false;
  return {
    name: spec.name,
    metricsUrl: `http://127.0.0.1:${metricsPort}/metrics`,
    get pid() {
      return part.identity.pid;
    },
    async signal(signal) {
      const gone = part.kill(signal);
      if (signal !== 'SIGSTOP' && signal !== 'SIGCONT') await gone;
    },
    restart() {
      if (!stopped) {
        restarted = startPart(spec).then((next) => {
          part = next;
        });
      }
      return restarted;
    },
    async stop() {
      stopped = true;
      await restarted.catch(() => {});
      await part.stop();
    },
  };
}
