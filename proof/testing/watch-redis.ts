import { clusterNodesOf } from '@aio/platform/redis/redis-url';
import { Redis } from 'ioredis';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

export interface RedisWatch {
  /** Every command with the prefix since the watch began, and every current key with it. */
  read(): Promise<string>;
  close(): void;
}

/**
 * Records what goes through Redis, also keys that exist only briefly.
 * @param url without a password: a server, or a cluster with all its nodes
 */
export async function watchRedis(url: string, prefix: string): Promise<RedisWatch> {
  const nodes = clusterNodesOf(url);
  const watches = await Promise.all(
    (nodes ?? [url]).map((node) => watchNode(node, prefix, nodes !== null)),
  );
  return {
    async read() {
      return (await Promise.all(watches.map((watch) => watch.read()))).join('\n');
    },
    close() {
      for (const watch of watches) watch.close();
    },
  };
}

/** @param readOnly in a cluster: replicas answer reads, too */
async function watchNode(url: string, prefix: string, readOnly: boolean): Promise<RedisWatch> {
  const commands: string[] = [];
  const monitor = await startMonitor(url, (command) => {
    if (command.includes(prefix)) commands.push(command);
  });
  const redis = new Redis(url, { readOnly });

  async function readKey(key: string): Promise<unknown> {
    switch (await redis.type(key)) {
      case 'string':
        return redis.get(key);
      case 'hash':
        return redis.hgetall(key);
      case 'list':
        return redis.lrange(key, 0, -1);
      case 'set':
        return redis.smembers(key);
      case 'zset':
        return redis.zrange(key, '0', '-1', 'WITHSCORES');
      case 'stream':
        return redis.xrange(key, '-', '+');
      default:
        return null;
    }
  }

  return {
    async read() {
      const keys: string[] = [];
      for await (const found of redis.scanStream({ match: `*${prefix}*`, count: 1000 }))
        keys.push(...(found as string[]));
      const values = await Promise.all(keys.map(async (key) => [key, await readKey(key)]));
      return `${commands.join('\n')}\n${JSON.stringify(values)}`;
    },
    close() {
      monitor.destroy();
      redis.disconnect();
    },
  };
}

/**
 * Opens its own connection. ioredis's `monitor()` fails if another client's command arrives in one piece with the
 * answer to MONITOR, because it takes the command for an unexpected answer.
 */
async function startMonitor(url: string, see: (command: string) => void): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const lines = createInterface({ input: socket });
  socket.write('MONITOR\r\n');
  const [answer] = await once(lines, 'line');
  if (answer !== '+OK') {
    socket.destroy();
    throw new Error(`Redis refused MONITOR: ${answer}`);
  }
  lines.on('line', see);
  return socket;
}
