import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { askRedis } from './ask-redis.ts';
import { runCommand } from '../process/command.ts';
import type { DebianProgram } from '../programs/debian-packages.ts';
import { findFreePort } from '../process/free-port.ts';
import { findProgram } from '../programs/program.ts';
import { type RedisOptions, type RedisServer, startRedis } from './redis.ts';
import { StackError } from '../stack-error.ts';

const REDIS_CLI: DebianProgram = {
  names: ['redis-cli', 'valkey-cli'],
  packages: ['redis-tools'],
  binary: '/usr/bin/redis-cli',
};

/** Three masters with a replica each: the smallest cluster that survives the loss of a node. */
const NODES = 6;
/** After this silence of a master, its replica takes over. Redis' default is 15 s. */
const NODE_TIMEOUT_MS = 3_000;
const WHOLE_WITHIN_MS = 60_000;

export interface ClusterNode {
  readonly port: number;
  /** With SIGKILL; keeps the data. */
  kill(): Promise<void>;
  /** With the same data and port. */
  start(): Promise<void>;
}

/** A Redis Cluster on loopback, for tests and drills. */
export interface RedisCluster {
  /** Names all nodes. */
  url: string;
  nodes: readonly ClusterNode[];
  /** The master of this key; undefined = there is none at the moment. */
  masterOf(key: string): Promise<ClusterNode | undefined>;
  /** Resolves when every master has its replica, so that you can kill any one. */
  untilWhole(): Promise<void>;
  stop(): Promise<void>;
}

/** redis-cli, from PATH or Debian's package. @throws StackError if there is none */
export function findRedisCli(options: Parameters<typeof findProgram>[1]) {
  return findProgram(REDIS_CLI, options);
}

/** @throws StackError if there is no program, or the nodes do not form a cluster */
export async function startRedisCluster(
  options: Omit<RedisOptions, 'port' | 'args'>,
): Promise<RedisCluster> {
  const { dataDir, programDir = dataDir } = options;
  const cli = await findRedisCli({ ...options, dataDir: programDir });
  const started: Awaited<ReturnType<typeof startNode>>[] = [];
  const stop = async () => {
    await Promise.all(started.map((node) => node.stop()));
  };
  try {
    for (let nth = 1; nth <= NODES; nth++)
      started.push(
        await startNode({ ...options, dataDir: join(dataDir, `node-${nth}`), programDir }),
      );
    await runCommand({
      purpose: 'making a Redis cluster',
      command: cli.path,
      args: [
        '--cluster',
        'create',
        ...started.map(({ address }) => address),
        '--cluster-replicas',
        '1',
        '--cluster-yes',
      ],
      env: { PATH: options.searchPath, LC_ALL: 'C' },
      logFile: join(dataDir, 'logs/redis-cluster.log'),
      signal: options.signal,
    });
    await untilWhole(started);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url: `redis+cluster://${started.map(({ port }) => `127.0.0.1:${port}`).join(',')}`,
    nodes: started,
    masterOf: (key) => findMaster(started, key),
    untilWhole: () => untilWhole(started),
    stop,
  };
}

async function startNode(options: Omit<RedisOptions, 'port' | 'args'>) {
  // By default the bus port is 10,000 higher, where others may listen.
  const [port, busPort] = [await findFreePort(), await findFreePort()];
  const settings = {
    'cluster-enabled': 'yes',
    'cluster-port': String(busPort),
    'cluster-node-timeout': String(NODE_TIMEOUT_MS),
  };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
  const launch = () => startRedis({ ...options, port, args });
  let server: RedisServer = await launch();
  return {
    port,
    address: `127.0.0.1:${port}@${busPort}`,
    async kill() {
      await server.kill('SIGKILL');
    },
    async start() {
      server = await launch();
    },
    async stop() {
      await server.stop();
    },
  };
}

/** Waits until every node knows all slots and every replica has its master's data: only then can it take over. */
async function untilWhole(nodes: readonly { port: number }[]): Promise<void> {
  const deadline = Date.now() + WHOLE_WITHIN_MS;
  while (Date.now() < deadline) {
    const whole = await Promise.all(
      nodes.map(async ({ port }) => {
        const info = (await askRedis(port, 'CLUSTER INFO')) ?? '';
        const role = (await askRedis(port, 'INFO replication')) ?? '';
        return (
          info.includes('cluster_state:ok') &&
          (role.includes('master_link_status:up') || role.includes('connected_slaves:1'))
        );
      }),
    );
    if (whole.every(Boolean)) return;
    await sleep(100);
  }
  throw new StackError(
    `the nodes of the Redis cluster did not find each other within ${WHOLE_WITHIN_MS / 1000} s`,
  );
}

/** A node has the key, or answers MOVED with the node that has it. */
async function findMaster<Node extends ClusterNode>(
  nodes: readonly Node[],
  key: string,
): Promise<Node | undefined> {
  for (const node of nodes) {
    const answer = await askRedis(node.port, `EXISTS ${key}`);
    if (answer?.startsWith(':')) return node;
    const [, port] = /^-MOVED \d+ \S*:(\d+)\r\n/.exec(answer ?? '') ?? [];
    if (port !== undefined) return nodes.find((one) => one.port === Number(port));
  }
  return undefined;
}
