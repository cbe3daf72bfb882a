import { textChannelOf, type TextPiece } from '@aio/core/run/jobs';
import { closeRedis, createRedis } from '../redis/redis.ts';

/** Sends texts while models write them, to the people who watch the run. Nobody waits for it, and it never rejects. */
export interface LiveTextPublisher {
  /** Changes when another person begins to watch; null = nobody watches, or Redis is away. */
  watchersOf(runId: string): Promise<string | null>;
  publish(runId: string, piece: TextPiece): void;
  close(): Promise<void>;
}

interface Options {
  redisUrl: string;
  prefix: string;
}

export function createLiveTextPublisher({ redisUrl, prefix }: Options): LiveTextPublisher {
  // Other connections report outages.
  const redis = createRedis(redisUrl, { role: 'command' });
  return {
    watchersOf: (runId) => redis.get(watchKey(prefix, runId)).catch(() => null),
    publish(runId, piece) {
      redis.publish(channelOf(prefix, runId), JSON.stringify(piece)).catch(() => {});
    },
    close: () => closeRedis(redis),
  };
}

export interface LiveTextSubscriber {
  /** Calls `onPiece` for each piece of the run that arrives, until the returned function is called. */
  watch(runId: string, onPiece: (piece: TextPiece) => void): () => void;
  close(): Promise<void>;
}

/** A key says that somebody watches: in a cluster, PUBLISH counts only the listeners of one node. */
const WATCHED_FOR_S = 10;
const REFRESH_EVERY_MS = 3_000;

export function createLiveTextSubscriber({ redisUrl, prefix }: Options): LiveTextSubscriber {
  const listener = createRedis(redisUrl, { role: 'subscriber' });
  const keys = createRedis(redisUrl, { role: 'command' });
  const watched = new Map<string, Set<(piece: TextPiece) => void>>();
  const idAt = channelOf(prefix, '').length;

  /** After an outage, the workers begin the texts again. */
  const announceAll = () => {
    for (const runId of watched.keys()) void announce(runId);
  };
  listener.on('ready', announceAll);
  keys.on('ready', announceAll);
  listener.on('message', (channel: string, text: string) => {
    const piece = JSON.parse(text) as TextPiece;
    for (const onPiece of watched.get(channel.slice(idAt)) ?? []) onPiece(piece);
  });
  // Also keeps the connection alive: a connection that sends nothing never notices a cut.
  const refreshing = setInterval(() => {
    if (listener.status === 'ready') listener.ping().catch(() => {});
    for (const runId of watched.keys()) void refresh(runId);
  }, REFRESH_EVERY_MS);

  async function announce(runId: string): Promise<void> {
    if (listener.status !== 'ready' || keys.status !== 'ready') return;
    const key = watchKey(prefix, runId);
    try {
      await listener.subscribe(channelOf(prefix, runId));
      await keys.multi().incr(key).expire(key, WATCHED_FOR_S).exec();
    } catch {
      // The next refresh tries again.
    }
  }

  async function refresh(runId: string): Promise<void> {
    const isKept = await keys.expire(watchKey(prefix, runId), WATCHED_FOR_S).catch(() => 0);
    if (isKept === 0 && watched.has(runId)) await announce(runId);
  }

  return {
    watch(runId, onPiece) {
      const listeners = watched.get(runId) ?? new Set();
      watched.set(runId, listeners.add(onPiece));
      void announce(runId);
      return () => {
        listeners.delete(onPiece);
        if (listeners.size > 0 || watched.get(runId) !== listeners) return;
        watched.delete(runId);
        if (listener.status !== 'ready') return;
        listener.unsubscribe(channelOf(prefix, runId)).catch(() => {});
      };
    },
    async close() {
      clearInterval(refreshing);
      await Promise.all([closeRedis(listener), closeRedis(keys)]);
    },
  };
}

function channelOf(prefix: string, runId: string): string {
  return `${prefix}:${textChannelOf(runId)}`;
}

function watchKey(prefix: string, runId: string): string {
  return `${prefix}-watched:${runId}`;
}
