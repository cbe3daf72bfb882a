import { connect, createServer } from 'node:net';
import { StackError } from './stack-error.ts';

/**
 * Ports of the parts, before `--port-offset`. A worker's metrics are at workerMetrics + its index. With several APIs,
 * the proxy has `api`, the APIs have apiReplicas + their index, and the metrics of the second and later APIs start at
 * apiReplicaMetrics.
 */
export const PORTS = {
  web: 3000,
  otlpGrpc: 4317,
  otlpHttp: 4318,
  postgres: 5432,
  redis: 6379,
  api: 8080,
  apiReplicas: 8081,
  simulator: 8090,
  identity: 8180,
  proxyStatus: 8404,
  spanMetrics: 8889,
  prometheus: 9090,
  nodeExporter: 9100,
  redisExporter: 9121,
  postgresExporter: 9187,
  apiReplicaMetrics: 9455,
  apiMetrics: 9464,
  workerMetrics: 9465,
  jaegerUi: 16686,
} as const;

export type Ports = Record<keyof typeof PORTS, number>;

/** All ports, shifted by the offset, so that two stacks fit on one machine. */
export function shiftPorts(offset: number): Ports {
  const shifted = Object.entries(PORTS).map(([part, port]) => [part, port + offset]);
  return Object.fromEntries(shifted) as Ports;
}

/** Ports that browsers and fetch refuse (Fetch standard), from our lowest port on. */
const REFUSED = [
  3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
];

/** The first part on a port that browsers refuse, if any. Ignores parts that do not speak HTTP/1. */
export function findRefusedPort(ports: Ports): { part: string; port: number } | undefined {
  const { postgres: _postgres, redis: _redis, otlpGrpc: _otlpGrpc, ...http } = ports;
  const found = Object.entries(http).find(([, port]) => REFUSED.includes(port));
  return found && { part: found[0], port: found[1] };
}

/** Whether a server can listen on the port, both on loopback and on all addresses. */
export async function isPortFree(port: number): Promise<boolean> {
  return (await canListen(port, '127.0.0.1')) && (await canListen(port, undefined));
}

/** @throws StackError that names every used port, its part, and what to do */
export async function requireFreePorts(wanted: { part: string; port: number }[]): Promise<void> {
  const checked = await Promise.all(
    wanted.map(async (want) => ({ ...want, free: await isPortFree(want.port) })),
  );
  const taken = checked.filter(({ free }) => !free).map(({ part, port }) => `${port} (${part})`);
  if (taken.length === 0) return;
  const subject = taken.length === 1 ? 'a port is in use' : 'ports are in use';
  throw new StackError(
    `${subject}: ${taken.join(', ')}; stop the program that listens there, or shift all ports with --port-offset N`,
  );
}

/** Whether a server accepts connections on the port. */
export function isListening(port: number, host = '127.0.0.1'): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host, timeout: 1000 });
    const finish = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => finish(true));
    socket.once('error', () => finish(false));
    socket.once('timeout', () => finish(false));
  });
}

function canListen(port: number, host: string | undefined): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
