import { hash } from 'node:crypto';
import type { CacheName } from '@aio/catalog/metrics/labels';
import { closeRedis, createRedis, type OutageListeners } from './redis.ts';
import { within } from '../within.ts';

export interface Kept {
  cache: CacheName;
  /** Identifies the value in its cache; any length. */
  key: string;
  keepMs: number;
}

/** Caches JSON values in Redis. Without Redis, each caller computes them. */
export interface SharedCache {
  /** Returns the cached value, or calls `make` and caches its result. @throws what `make` throws */
  read<Value>(kept: Kept, make: () => Promise<Value>): Promise<Value>;
  close(): Promise<void>;
}

/** After this, calling `make` is faster than waiting for Redis. */
const ANSWER_WITHIN_MS = 100;
/** Longer texts would block Redis. */
const MAX_LENGTH = 256 * 1024;

export function createSharedCache(
  options: {
    redisUrl: string;
    prefix: string;
    /** Called for each read, with whether Redis had the value. */
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
    // If this fails, the next caller computes the value again.
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
