import { SIGNAL_CHANNEL } from '@aio/core/wake-up';
import type { Redis } from 'ioredis';
import { closeRedis, createRedis, type OutageListeners } from './redis.ts';

/** Signals name a run that was changed from outside, so that its holder looks at once. */
export interface SignalSender {
  /** Never rejects; false = not sent. A holder notices at the latest when it renews its lease. */
  publish(runId: string): Promise<boolean>;
  close(): Promise<void>;
}

export function createSignalSender(
  options: { redisUrl: string; prefix: string } & OutageListeners,
): SignalSender {
  const redis = createRedis(options.redisUrl, { ...options, role: 'command' });
  return {
    publish: (runId) => publishSignal(redis, options.prefix, runId),
    close: () => closeRedis(redis),
  };
}

export async function publishSignal(redis: Redis, prefix: string, runId: string): Promise<boolean> {
  if (redis.status !== 'ready') return false;
  return redis.publish(channelOf(prefix), runId).then(
    () => true,
    () => false,
  );
}

/** Below the time after which a silent connection is taken for cut off. */
const PING_EVERY_MS = 5_000;

/**
 * Calls `onRunId` for each signal from now on, and again after an outage; those sent meanwhile are
 * lost. `onSubscribed` tells when signals begin to come, also after each outage.
 */
export function subscribeSignals(
  options: {
    redisUrl: string;
    prefix: string;
    onRunId: (runId: string) => void;
    onSubscribed?: () => void;
  } & OutageListeners,
): { close(): Promise<void> } {
  const redis = createRedis(options.redisUrl, { ...options, role: 'subscriber' });
  redis.on('message', (_channel, runId: string) => options.onRunId(runId));
  redis.on('ready', () => {
    redis.subscribe(channelOf(options.prefix)).then(options.onSubscribed, () => {});
  });
  // Nothing else is sent here, and a connection on which nothing is sent never notices a cut.
  const pinging = setInterval(() => {
    if (redis.status === 'ready') redis.ping().catch(() => {});
  }, PING_EVERY_MS);
  return {
    close() {
      clearInterval(pinging);
      return closeRedis(redis);
    },
  };
}

function channelOf(prefix: string): string {
  return `${prefix}:${SIGNAL_CHANNEL}`;
}
