import type { RedisConnection } from '@aio/platform/redis/redis';

/** Traces that began with a request of a browser session. The APIs share them, because spans arrive later. */
export interface SessionTraces {
  /** Remembers that a request of the session carried the trace id, unless another session's did before. */
  carried(session: string, traceId: string): void;
  /** Those of the trace ids that the session carried first. Empty if Redis is down. */
  ofSession(session: string, traceIds: readonly string[]): Promise<ReadonlySet<string>>;
}

/**
 * Pages send spans 2 s after their end. The rate limits of a user bound the number of ids that Redis keeps.
 */
const KEEP_S = 15 * 60;

/** @param keeps whether the trace falls under the sampling ratio */
export function createSessionTraces(deps: {
  redis: RedisConnection;
  prefix: string;
  keeps: (traceId: string) => boolean;
}): SessionTraces {
  const { redis, prefix, keeps } = deps;
  const keyOf = (traceId: string) => `${prefix}:browser-trace:${traceId}`;
  return {
    carried(session, traceId) {
      if (!keeps(traceId)) return;
      // No request waits for it. If Redis is down, the trace lacks the browser's spans.
      redis.set(keyOf(traceId), session, 'EX', KEEP_S, 'NX').catch(() => undefined);
    },
    async ofSession(session, traceIds) {
      const ids = [...new Set(traceIds)];
      // One command per key, because a cluster has them on different servers.
      const sessions = await Promise.all(ids.map((id) => redis.get(keyOf(id)).catch(() => null)));
      return new Set(ids.filter((_, index) => sessions[index] === session));
    },
  };
}
