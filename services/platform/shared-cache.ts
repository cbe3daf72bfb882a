import { hash } from 'node:crypto';
import type { CacheName } from '@aio/catalog/labels';
import { closeRedis, createRedis, type OutageListeners } from './redis.ts';
import { within } from './within.ts';

export interface Kept {
  cache: CacheName;
  /** Names the value among those of its cache; of any length. */
  key: string;
  keepMs: number;
}

/** Values that JSON can say, kept in Redis. Without Redis everybody finds them out for themselves. */
export interface SharedCache {
  /** The value that is kept, or that of `make`, which is kept then. @throws what `make` throws */
  read<Value>(kept: Kept, make: () => Promise<Value>): Promise<Value>;
  close(): Promise<void>;
}

/** Who waits longer for Redis could have asked itself. */
const ANSWER_WITHIN_MS = 100;
/** Longer texts would hold up Redis, and all who ask it. */
const MAX_LENGTH = 256 * 1024;

export function createSharedCache(
  options: {
    redisUrl: string;
    prefix: string;
    /** Told of each value that was read, and where it was. */
    onRead: (cache: CacheName, found: 'redis' | 'nowhere') => void;
  } & OutageListeners,
): SharedCache {
  const { prefix, onRead } = options;
  const redis = createRedis(options.redisUrl, { ...options, role: 'command' });
  const nameOf = ({ cache, key }: Kept) =>
    `${prefix}:cache:${cache}:${hash('sha256', key, 'base64url')}`;

  async function find(name: string): Promise<string | null> {
    if (redis.status !== 'ready') return null;
    const asked = redis.get(name).catch(() => null);
    return (await within(asked, ANSWER_WITHIN_MS)) ?? null;
  }

  function keep(name: string, text: string, keepMs: number): void {
    if (redis.status !== 'ready' || text.length > MAX_LENGTH) return;
    // What could not be kept is found out again.
    redis.set(name, text, 'PX', keepMs).catch(() => undefined);
  }

  return {
    async read<Value>(kept: Kept, make: () => Promise<Value>): Promise<Value> {
      const name = nameOf(kept);
      const text = await find(name);
      onRead(kept.cache, text === null ? 'nowhere' : 'redis');
      if (text !== null) return JSON.parse(text) as Value;
      const value = await make();
      keep(name, JSON.stringify(value), kept.keepMs);
      return value;
    },
    close: () => closeRedis(redis),
  };
}
