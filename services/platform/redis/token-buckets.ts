import { createRedis, closeRedis, type OutageListeners } from './redis.ts';

/** Tokens to take from one bucket, and how the bucket fills. */
export interface Spending {
  key: string;
  /** Tokens of a full bucket. */
  capacity: number;
  /** Time in which an empty bucket fills. */
  fillMs: number;
  /** Tokens taken since the last call. */
  spent: number;
}

/** Token buckets that all APIs share. */
export interface TokenBuckets {
  /**
   * Takes the spent tokens.
   * @returns the remaining tokens of each bucket, in the order of `spendings`; negative if the APIs together have spent
   *   too much. null = Redis is down, and nothing was taken.
   */
  spend(spendings: readonly Spending[]): Promise<number[] | null>;
  close(): Promise<void>;
}

/**
 * Redis' clock fills the buckets, so the clocks of APIs may differ. A key expires when its bucket is full.
 */
const SPEND = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local left = {}
for i, key in ipairs(KEYS) do
  local capacity, fill, spent = tonumber(ARGV[i * 3 - 2]), tonumber(ARGV[i * 3 - 1]), tonumber(ARGV[i * 3])
  local was = redis.call('HMGET', key, 'tokens', 'at')
  local tokens = capacity
  if was[1] then
    tokens = math.min(capacity, was[1] + math.max(0, now - was[2]) * capacity / fill)
  end
  tokens = math.max(tokens - spent, -capacity)
  redis.call('HSET', key, 'tokens', tostring(tokens), 'at', now)
  redis.call('PEXPIRE', key, math.ceil((capacity - tokens) * fill / capacity) + 1)
  left[i] = tostring(tokens)
end
return left`;

/** In braces, because a cluster requires all keys of a call in one slot. */
export function bucketsPrefix(prefix: string): string {
  return `{${prefix}-limits}`;
}

export function createTokenBuckets(
  options: { redisUrl: string; prefix: string } & OutageListeners,
): TokenBuckets {
  const redis = createRedis(options.redisUrl, { ...options, role: 'command' });
  const nameOf = ({ key }: Spending): string => `${bucketsPrefix(options.prefix)}:${key}`;
  return {
    async spend(spendings) {
      if (redis.status !== 'ready') return null;
      const values = spendings.flatMap(({ capacity, fillMs, spent }) => [capacity, fillMs, spent]);
      const keys = spendings.map(nameOf);
      const left = await redis.eval(SPEND, keys.length, ...keys, ...values).catch(() => null);
      return left === null ? null : (left as string[]).map(Number);
    },
    close: () => closeRedis(redis),
  };
}
