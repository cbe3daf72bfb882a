import { CHANGES_CHANNEL } from '@aio/core/run/jobs';
import { closeRedis, createRedis, type OutageListeners, type RedisConnection } from './redis.ts';

/** Names runs that were changed, so that who holds or shows them looks at once. */
export interface ChangePublisher {
  /** Never rejects; false = not sent. Heartbeats and clocks notice what is lost. */
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

/** Below the time after which a silent connection is taken for cut off. */
const PING_EVERY_MS = 5_000;

/**
 * Calls `onChange` for each run that is named from now on, and again after an outage; those named meanwhile are
 * lost. `onSubscribed` tells when they begin to come, also after each outage.
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
  return `${prefix}:${CHANGES_CHANNEL}`;
}
