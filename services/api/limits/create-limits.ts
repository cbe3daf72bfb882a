import type { Metrics } from '@aio/catalog/metrics/instruments';
import { createSlices } from '@aio/platform/postgres/slices';
import { createTokenBuckets } from '@aio/platform/redis/token-buckets';
import { capsOf, createAtOnce } from './at-once.ts';
import { createBuckets } from './buckets.ts';

/** So many connections are accepted between two slices. */
const TURNS_BETWEEN_SLICES = 200;

/** Creates all that limits requests: their rate, how many are in progress, and their turns on the CPU. */
export function createLimits(
  config: { redisCacheUrl: string; prefix: string; eventStreamsPerPerson: number },
  metrics: Pick<Metrics<'api'>, 'rateLimited' | 'rateLimitUnshared'>,
) {
  const tokenBuckets = createTokenBuckets({
    redisUrl: config.redisCacheUrl,
    prefix: config.prefix,
  });
  const buckets = createBuckets({
    shared: tokenBuckets,
    onUnshared: (policy, requests) => metrics.rateLimitUnshared.inc({ policy }, requests),
  });
  return {
    buckets,
    slices: createSlices({ turnsBetween: TURNS_BETWEEN_SLICES }),
    atOnce: createAtOnce({
      caps: capsOf(config),
      onRefused: (policy) => metrics.rateLimited.inc({ policy }),
    }),
    async close() {
      buckets.close();
      await tokenBuckets.close();
    },
  };
}
