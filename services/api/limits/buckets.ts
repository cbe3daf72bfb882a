import type { RateLimitPolicy } from '@aio/catalog/metrics/labels';
import type { Spending, TokenBuckets } from '@aio/platform/redis/token-buckets';
import type { Quota } from './quota.ts';

/** Replicas share their counts this often. */
const SHARE_EVERY_MS = 100;
/** Per call, which blocks Redis for about 2 ms. */
const SHARED_AT_ONCE = 500;
const SWEEP_EVERY_MS = 10_000;
/** Above it, the oldest bucket is dropped, so that an attacker with many addresses cannot fill the memory. */
const MAX_BUCKETS = 100_000;

export interface Taken {
  isAllowed: boolean;
  /** Whole requests that are left. */
  left: number;
  /** Until the bucket is full or, if the request was refused, until one request fits. */
  resetMs: number;
}

export interface Buckets {
  /** Decides with local data only. */
  take(policy: RateLimitPolicy, id: string, quota: Quota): Taken;
  close(): void;
}

interface Bucket {
  policy: RateLimitPolicy;
  key: string;
  quota: Quota;
  tokens: number;
  /** Time of `tokens`. */
  atMs: number;
  /** Taken here and not yet sent to Redis. */
  unshared: number;
}

/**
 * Token buckets in memory, shared through Redis every 100 ms, so that no request waits for Redis. If
 * replicas together exceed a quota within 100 ms, the excess becomes a debt. If Redis is down, each
 * replica counts alone.
 */
export function createBuckets(deps: {
  shared: Pick<TokenBuckets, 'spend'>;
  /** Called with requests that Redis did not count because it was down. */
  onUnshared: (policy: RateLimitPolicy, requests: number) => void;
  now?: () => number;
}): Buckets {
  const { shared, onUnshared, now = () => performance.now() } = deps;
  const buckets = new Map<string, Bucket>();
  const toShare = new Set<Bucket>();
  let timer: NodeJS.Timeout | null = null;

  function find(policy: RateLimitPolicy, id: string, quota: Quota): Bucket {
    const key = `${policy}:${id}`;
    const known = buckets.get(key);
    if (known !== undefined) return known;
    const made = { policy, key, quota, tokens: quota.requests, atMs: now(), unshared: 0 };
    const [oldest] = buckets.size < MAX_BUCKETS ? [] : buckets.keys();
    if (oldest !== undefined) buckets.delete(oldest);
    buckets.set(key, made);
    return made;
  }

  async function share(): Promise<void> {
    const batch = [...toShare].slice(0, SHARED_AT_ONCE);
    for (const bucket of batch) toShare.delete(bucket);
    const spendings = batch.map(toSpending);
    for (const bucket of batch) bucket.unshared = 0;
    const left = await shared.spend(spendings);
    batch.forEach((bucket, index) => {
      const tokens = left?.[index];
      if (tokens === undefined) onUnshared(bucket.policy, spendings[index]?.spent ?? 0);
      else meet(bucket, tokens - bucket.unshared, now());
    });
    timer = null;
    if (toShare.size > 0) shareSoon();
  }

  function shareSoon(): void {
    timer ??= setTimeout(() => void share(), SHARE_EVERY_MS).unref();
  }

  const sweeping = setInterval(() => {
    for (const [key, bucket] of buckets) {
      fill(bucket, now());
      if (bucket.unshared === 0 && bucket.tokens === bucket.quota.requests) buckets.delete(key);
    }
  }, SWEEP_EVERY_MS).unref();

  return {
    take(policy, id, quota) {
      const bucket = find(policy, id, quota);
      fill(bucket, now());
      const isAllowed = bucket.tokens >= 1;
      if (isAllowed) {
        bucket.tokens -= 1;
        bucket.unshared += 1;
        toShare.add(bucket);
        shareSoon();
      }
      const wanted = isAllowed ? quota.requests : 1;
      return {
        isAllowed,
        left: Math.max(0, Math.floor(bucket.tokens)),
        resetMs: ((wanted - bucket.tokens) * quota.windowMs) / quota.requests,
      };
    },
    close() {
      clearInterval(sweeping);
      if (timer !== null) clearTimeout(timer);
    },
  };
}

/** Takes the lower of both counts, because Redis lacks requests from an outage. */
function meet(bucket: Bucket, sharedTokens: number, nowMs: number): void {
  fill(bucket, nowMs);
  bucket.tokens = Math.min(bucket.tokens, sharedTokens);
}

function fill(bucket: Bucket, nowMs: number): void {
  const { requests, windowMs } = bucket.quota;
  const filled = bucket.tokens + ((nowMs - bucket.atMs) * requests) / windowMs;
  bucket.tokens = Math.min(requests, filled);
  bucket.atMs = nowMs;
}

function toSpending({ key, quota, unshared }: Bucket): Spending {
  return { key, capacity: quota.requests, fillMs: quota.windowMs, spent: unshared };
}
