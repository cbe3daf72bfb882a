import { Redis } from 'ioredis';

export interface RedisWatch {
  /** Every command that named the prefix since the watch began, and every key of it that is there now. */
  read(): Promise<string>;
  close(): void;
}

/** Sees what goes through Redis, also what is not there any more when somebody looks. */
export async function watchRedis(url: string, prefix: string): Promise<RedisWatch> {
  const redis = new Redis(url);
  const monitor = await redis.monitor();
  const commands: string[] = [];
  monitor.on('monitor', (_time: string, args: string[]) => {
    const command = args.join(' ');
    if (command.includes(prefix)) commands.push(command);
  });

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
      monitor.disconnect();
      redis.disconnect();
    },
  };
}
