import { connect, createServer } from 'node:net';
import { EXIT, StackError } from '../stack-error.ts';

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
  gameDays: 8187,
  proxyStatus: 8404,
  spanMetrics: 8889,
  prometheus: 9090,
  alertmanager: 9093,
  apiReplicaMetrics: 9455,
  apiMetrics: 9464,
  workerMetrics: 9465,
  jaegerUi: 16686,
} as const;

export type Ports = Record<keyof typeof PORTS, number>;

/** The variables that move parts, in `npm start` and in Compose. */
export const PORT_VARIABLES = {
  web: 'FRONTEND_PORT',
  otlpGrpc: 'OTLP_GRPC_PORT',
  otlpHttp: 'OTLP_HTTP_PORT',
  postgres: 'POSTGRES_PORT',
  redis: 'REDIS_PORT',
  api: 'API_PORT',
  simulator: 'SIMULATOR_PORT',
  identity: 'KEYCLOAK_PORT',
  prometheus: 'PROMETHEUS_PORT',
  jaegerUi: 'JAEGER_PORT',
} as const satisfies Partial<Record<keyof Ports, string>>;

/** All ports, shifted by the offset, so that two stacks fit on one machine. */
export function shiftPorts(offset: number, ports: Ports = PORTS): Ports {
  const shifted = Object.entries(ports).map(([part, port]) => [part, port + offset]);
  return Object.fromEntries(shifted) as Ports;
}

/** Ports that browsers and fetch refuse (Fetch standard). */
const REFUSED = [
  1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102,
  103, 104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465,
  512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993,
  995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668,
  6669, 6679, 6697, 10080,
];

/** The first part on a port that browsers refuse, if any. Ignores parts that do not speak HTTP/1. */
export function findRefusedPort(ports: Ports): { part: string; port: number } | undefined {
  const { postgres: _postgres, redis: _redis, otlpGrpc: _otlpGrpc, ...http } = ports;
  const found = Object.entries(http).find(([, port]) => REFUSED.includes(port));
  return found && { part: found[0], port: found[1] };
}

/** Whether a server can listen on the port, both on loopback and on all addresses. */
export async function isPortFree(port: number): Promise<boolean> {
  return (await findFault(port)) === undefined;
}

interface Wanted {
  part: string;
  port: number;
}

/** @throws StackError that names every port that two parts want or no server can have, its part, and what to do */
export async function requireFreePorts(wanted: readonly Wanted[]): Promise<void> {
  requireDifferentPorts(wanted);
  const checked = await Promise.all(
    wanted.map(async (want) => ({ ...want, fault: await findFault(want.port) })),
  );
  const list = (isOf: (fault: string) => boolean) =>
    checked
      .filter(({ fault }) => fault !== undefined && isOf(fault))
      .map(({ part, port }) => `${port} (${part})`)
      .join(', ');
  const [refused, taken] = [
    list((fault) => fault === 'EACCES'),
    list((fault) => fault !== 'EACCES'),
  ];
  if (refused) throw new StackError(`you may not open these ports: ${refused}; choose higher ones`);
  if (!taken) return;
  const subject = taken.includes(',') ? 'ports are in use' : 'a port is in use';
  throw new StackError(
    `${subject}: ${taken}; stop the program that listens there, move the port (.env.example has the variables), or shift all ports with --port-offset N`,
  );
}

function requireDifferentPorts(wanted: readonly Wanted[]): void {
  const shared = [...Map.groupBy(wanted, ({ port }) => port)]
    .filter(([, parts]) => parts.length > 1)
    .map(([port, parts]) => `${port} (${parts.map(({ part }) => part).join(', ')})`);
  if (shared.length === 0) return;
  throw new StackError(
    `several parts have one port: ${shared.join(', ')}; change the variables ending in _PORT, see .env.example`,
    { exitCode: EXIT.config },
  );
}

/** Why no server can listen on the port, e.g. `EADDRINUSE`; undefined = one can. */
async function findFault(port: number): Promise<string | undefined> {
  return (await tryListening(port, '127.0.0.1')) ?? (await tryListening(port, undefined));
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

function tryListening(port: number, host: string | undefined): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code ?? 'unknown'));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}
