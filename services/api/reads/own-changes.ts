import type { RedisConnection } from '@aio/platform/redis/redis';

/** Knows which callers have just changed data, across all APIs. */
export interface OwnChanges {
  /** Await it before the response: from then on, the caller expects to see the change. */
  remember(subject: string): Promise<void>;
  /** Whether the replica may lack the caller's changes. True if Redis does not answer. */
  mayLack(subject: string): Promise<boolean>;
}

/** Above it, the oldest entry is dropped. Its next change sets a mark in Redis again. */
const MOST_KNOWN = 10_000;

interface Known {
  markedAt: number;
  /** Whether Redis has stored the mark. */
  marking: Promise<boolean>;
  /** Last change through this API. */
  changedAt: number;
}

/**
 * Keeps a mark in Redis for each caller with recent changes. The mark expires when the replica must
 * have the change, so no WAL positions are compared. A busy caller costs one call per `lastsMs`.
 * @param lastsMs how long the replica may lack a change
 */
export function createOwnChanges(deps: {
  redis: Pick<RedisConnection, 'set' | 'exists' | 'on'>;
  prefix: string;
  lastsMs: number;
  now?: () => number;
}): OwnChanges {
  const { redis, lastsMs, now = () => performance.now() } = deps;
  const known = new Map<string, Known>();
  /** Until then, marks of other APIs may be missing, because Redis was down. */
  let unsureUntil = -Infinity;
  let wasCut = false;
  const keyOf = (subject: string) => `${deps.prefix}:changed:${subject}`;

  /** Twice, because other APIs may reconnect later and fail to set marks until then. */
  function doubt(): void {
    unsureUntil = now() + 2 * lastsMs;
  }

  redis.on('close', () => void (wasCut = true));
  redis.on('ready', () => {
    if (wasCut) doubt();
    wasCut = false;
  });

  /** Resolves to whether Redis has stored the mark; never rejects. */
  function set(subject: string): Promise<boolean> {
    const answer = redis.set(keyOf(subject), '', 'PX', 2 * lastsMs);
    return answer.then(
      () => true,
      () => false,
    );
  }

  return {
    async remember(subject) {
      const changedAt = now();
      const before = known.get(subject);
      // A mark lasts for 2 * lastsMs, so a mark younger than lastsMs also covers this change.
      const isMarked = before !== undefined && changedAt - before.markedAt < lastsMs;
      const mark = isMarked ? before : { markedAt: changedAt, marking: set(subject), changedAt };
      mark.changedAt = changedAt;
      known.delete(subject);
      known.set(subject, mark);
      const [oldest] = known.size > MOST_KNOWN ? known.keys() : [];
      if (oldest !== undefined) known.delete(oldest);
      if (await mark.marking) return;
      mark.markedAt = -Infinity;
      doubt();
    },
    async mayLack(subject) {
      const changedAt = known.get(subject)?.changedAt ?? -Infinity;
      if (now() - changedAt < lastsMs) return true;
      try {
        const isMarked = (await redis.exists(keyOf(subject))) === 1;
        return isMarked || now() < unsureUntil;
      } catch {
        doubt();
        return true;
      }
    },
  };
}
