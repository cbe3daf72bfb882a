import { CHANGES_CHANNEL } from '@aio/core/run/jobs';
import {
  closeRedis,
  createRedis,
  type OutageListeners,
  type RedisConnection,
} from '../redis/redis.ts';

/** Publishes ids of changed runs, so that their workers and viewers look at once. */
export interface ChangePublisher {
  /** Never rejects; false = not sent. Heartbeats and timers make up for lost messages. */
  publish(runId: string): Promise<boolean>;
  close(): Promise<void>;
}

export function createChangePublisher(
  options: { redisUrl: string; prefix: string } & OutageListeners,
): ChangePublisher {
  const redis = createRedis(options.redisUrl, { ...options, role: 'command' });
  return {
    publish: (runId) => publishChange(redis, options.prefix, runId),
    close: () => closeRedis(redis),
  };
}

export async function publishChange(
  redis: RedisConnection,
  prefix: string,
  runId: string,
): Promise<boolean> {
  if (redis.status !== 'ready') return false;
  return redis.publish(channelOf(prefix), runId).then(
    () => true,
    () => false,
  );
}

/** Below the timeout of a silent connection. */
const PING_EVERY_MS = 5_000;

/**
 * Calls `onChange` for each published run, and resubscribes after an outage; messages during the outage are lost. Calls
 * `onSubscribed` after each subscription.
 */
export function subscribeChanges(
  options: {
    redisUrl: string;
    prefix: string;
    onChange: (runId: string) => void;
    onSubscribed?: () => void;
  } & OutageListeners,
): { close(): Promise<void> } {
  const redis = createRedis(options.redisUrl, { ...options, role: 'subscriber' });
  redis.on('message', (_: string, runId: string) => options.onChange(runId));
  redis.on('ready', () => {
    redis.subscribe(channelOf(options.prefix)).then(options.onSubscribed, () => {});
  });
  // A connection that sends nothing never notices a cut.
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
  return `${prefix}:${CHANGES_CHANNEL}`;
}
