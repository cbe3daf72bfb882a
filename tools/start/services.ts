import { join } from 'node:path';
import type { PartSpec } from '../process/process.ts';
import type { Ports } from '../process/ports.ts';

export interface ServiceContext {
  /** The project's folder. */
  root: string;
  dataDir: string;
  /** The environment of every service: the caller's, and the URLs of the servers. */
  env: NodeJS.ProcessEnv;
  ports: Ports;
}

/** Longer than a worker's grace period (`WORKER_GRACE_MS`). */
const WORKER_STOP_MS = 25_000;

export interface ApiPlace {
  name: string;
  port: number;
  metricsPort: number;
}

/** Ports of the APIs. If there are several, the proxy has the port of a single API. */
export function listApis(ports: Ports, count: number): ApiPlace[] {
  return Array.from({ length: count }, (_, index) => ({
    name: index === 0 ? 'api' : `api-${index + 1}`,
    port: count === 1 ? ports.api : ports.apiReplicas + index,
    metricsPort: index === 0 ? ports.apiMetrics : ports.apiReplicaMetrics + index - 1,
  }));
}

export function apiService(
  { root, dataDir, env }: ServiceContext,
  { name, port, metricsPort }: ApiPlace,
): PartSpec {
  return {
    name,
    command: process.execPath,
    args: [join(root, 'services/api/main.ts')],
    env: { ...env, PORT: String(port), METRICS_PORT: String(metricsPort) },
    cwd: root,
    logFile: join(dataDir, `logs/${name}.log`),
    isReady: () => answersOk(`http://127.0.0.1:${port}/ready`),
  };
}

/** @param index from 0 */
export function workerService(
  { root, dataDir, env, ports }: ServiceContext,
  index: number,
): PartSpec {
  const metricsPort = ports.workerMetrics + index;
  const name = `worker-${index + 1}`;
  return {
    name,
    command: process.execPath,
    args: [join(root, 'services/worker/main.ts')],
    env: { ...env, METRICS_PORT: String(metricsPort) },
    cwd: root,
    logFile: join(dataDir, `logs/${name}.log`),
    isReady: () => answersOk(`http://127.0.0.1:${metricsPort}/ready`),
    stopWithinMs: WORKER_STOP_MS,
  };
}

export function simulatorService({ root, dataDir, env, ports }: ServiceContext): PartSpec {
  return {
    name: 'simulator',
    command: process.execPath,
    args: [join(root, 'services/llm-simulator/main.ts')],
    env: { ...env, PORT: String(ports.simulator) },
    cwd: root,
    logFile: join(dataDir, 'logs/simulator.log'),
    isReady: () => answersOk(`http://127.0.0.1:${ports.simulator}/health`),
  };
}

/**
 * @param urls addresses at which browsers reach AIO and the provider
 * @param urls.loginTokens of links that log in once: the admin, then the builder; default: there are none
 */
export function identityService(
  { root, dataDir, env, ports }: ServiceContext,
  urls: { publicUrl: string; identityUrl: string; loginTokens?: readonly string[] },
): PartSpec {
  return {
    name: 'identity',
    command: process.execPath,
    args: [join(root, 'services/identity/main.ts')],
    env: {
      ...env,
      PORT: String(ports.identity),
      AIO_PUBLIC_URL: urls.publicUrl,
      IDENTITY_PUBLIC_URL: urls.identityUrl,
      IDENTITY_LOGIN_TOKENS: (urls.loginTokens ?? []).join(),
    },
    cwd: root,
    logFile: join(dataDir, 'logs/identity.log'),
    isReady: () => answersOk(`http://127.0.0.1:${ports.identity}/health`),
  };
}

/** @param server the built main file */
export function webService(
  { root, dataDir, env, ports }: ServiceContext,
  server: string,
): PartSpec {
  const apiUrl = `http://127.0.0.1:${ports.api}`;
  return {
    name: 'web',
    command: process.execPath,
    args: [server],
    env: {
      ...env,
      PORT: String(ports.web),
      NITRO_PORT: String(ports.web),
      NUXT_API_BASE: apiUrl,
      AIO_API_URL: apiUrl,
    },
    cwd: root,
    logFile: join(dataDir, 'logs/web.log'),
    isReady: () => answersOk(`http://127.0.0.1:${ports.web}/`),
  };
}

/** @param main of the controller */
export function gameDaysService(
  { root, dataDir, env, ports }: ServiceContext,
  main: string,
  given: { token: string; deliveryToken: string; undelivered: string },
): PartSpec {
  return {
    name: 'game-days',
    command: process.execPath,
    args: [main],
    env: {
      ...env,
      PORT: String(ports.gameDays),
      AIO_DATA_DIR: dataDir,
      GAME_DAYS_TOKEN: given.token,
      GAME_DAYS_DELIVERY_TOKEN: given.deliveryToken,
      GAME_DAYS_UNDELIVERED: given.undelivered,
      API_URL: `http://127.0.0.1:${ports.api}`,
      SIMULATOR_URL: `http://127.0.0.1:${ports.simulator}`,
    },
    cwd: root,
    logFile: join(dataDir, 'logs/game-days.log'),
    isReady: () => answersOk(`http://127.0.0.1:${ports.gameDays}/health`),
    stopWithinMs: WORKER_STOP_MS,
  };
}

async function answersOk(url: string): Promise<boolean> {
  const response = await fetch(url, { signal: AbortSignal.timeout(2000) });
  await response.body?.cancel();
  return response.ok;
}
