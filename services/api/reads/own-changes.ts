import type { RedisConnection } from '@aio/platform/redis';

/** Who has changed something a moment ago, as all APIs know it. */
export interface OwnChanges {
  /** Awaited before they get their answer: from then on they expect to see it. */
  remember(subject: string): Promise<void>;
  /** Whether the replica may lack what they have changed. Where Redis does not say, it may. */
  mayLack(subject: string): Promise<boolean>;
}

/** Above it the oldest are forgotten here, and Redis is told of them at their next change. */
const MOST_KNOWN = 10_000;

interface Known {
  markedAt: number;
  /** Whether Redis has taken the mark. */
  marking: Promise<boolean>;
  /** The last time here. */
  changedAt: number;
}

/**
 * A mark in Redis for each of them. It ends when everything that a replica may be read with is younger than their
 * change, so nobody has to compare positions in the log. Somebody who changes much costs one call in each such time.
 * @param lastsMs how long a change may be missing in a replica that is read
 */
export function createOwnChanges(deps: {
  redis: Pick<RedisConnection, 'set' | 'exists'>;
  prefix: string;
  lastsMs: number;
  now?: () => number;
}): OwnChanges {
  const { redis, lastsMs, now = () => performance.now() } = deps;
  const known = new Map<string, Known>();
  /** Marks of other APIs may be missing: Redis was away. */
  let unsureUntil = -Infinity;
  const keyOf = (subject: string) => `${deps.prefix}:changed:${subject}`;

  function doubt(): void {
    unsureUntil = now() + lastsMs;
  }

  /** Answers whether it has; never rejects. */
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
      // A mark that stands lasts for this change too: it is set for twice as long as one has to.
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
