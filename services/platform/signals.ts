import {
  BEGUN_CHANNEL,
  FRESH_CHANNEL,
  type FreshRun,
  LANES_CHANNEL,
  readFreshRun,
  OFFERED_CHANNEL,
  SIGNAL_CHANNEL,
  TOLD_CHANNEL,
} from '@aio/core/wake-up';
import type { Redis } from 'ioredis';
import { closeRedis, createRedis, type OutageListeners } from './redis.ts';

/** Signals name a run that was changed from outside, so that its holder looks at once. */
export interface SignalSender {
  /** Never rejects; false = not sent. A holder notices at the latest when it renews its lease. */
  publish(runId: string): Promise<boolean>;
  /** Names a run that has messages of steps in other workers' hands. Its holder looks for them now and then. */
  publishTold(runId: string): Promise<boolean>;
  /** Tells that this worker offers steps. Others look for some now and then. */
  publishOffered(workerId: string): Promise<boolean>;
  /** Tells that lanes were paused or resumed, or that a worker has come. Workers notice at the latest with their heartbeat. */
  publishLanes(): Promise<boolean>;
  /** Tells of a run that is being written. Whether a worker begins it, `publishBegun` tells. */
  publishFresh(run: FreshRun): Promise<boolean>;
  /** Tells that such runs are begun. */
  publishBegun(runIds: readonly string[]): Promise<boolean>;
  close(): Promise<void>;
}

export function createSignalSender(
  options: { redisUrl: string; prefix: string } & OutageListeners,
): SignalSender {
  const redis = createRedis(options.redisUrl, { ...options, role: 'command' });
  return {
    publish: (runId) => publishSignal(redis, options.prefix, runId),
    publishTold: (runId) => publish(redis, channelOf(options.prefix, TOLD_CHANNEL), runId),
    publishOffered: (workerId) =>
      publish(redis, channelOf(options.prefix, OFFERED_CHANNEL), workerId),
    publishLanes: () => publish(redis, channelOf(options.prefix, LANES_CHANNEL), ''),
    publishFresh: (run) =>
      publish(redis, channelOf(options.prefix, FRESH_CHANNEL), JSON.stringify(run)),
    publishBegun: (runIds) =>
      publish(redis, channelOf(options.prefix, BEGUN_CHANNEL), runIds.join(' ')),
    close: () => closeRedis(redis),
  };
}

export function publishSignal(redis: Redis, prefix: string, runId: string): Promise<boolean> {
  return publish(redis, channelOf(prefix, SIGNAL_CHANNEL), runId);
}

async function publish(redis: Redis, channel: string, message: string): Promise<boolean> {
  if (redis.status !== 'ready') return false;
  return redis.publish(channel, message).then(
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
    /** A run has messages. */
    onTold?: (runId: string) => void;
    /** A worker offers steps. */
    onOffered?: (workerId: string) => void;
    onLanes?: () => void;
    /** A run is being written. */
    onFresh?: (run: FreshRun) => void;
    /** Such a run is begun. */
    onBegun?: (runId: string) => void;
    onSubscribed?: () => void;
  } & OutageListeners,
): { close(): Promise<void> } {
  const redis = createRedis(options.redisUrl, { ...options, role: 'subscriber' });
  const hear = new Map<string, (message: string) => void>();
  hear.set(channelOf(options.prefix, SIGNAL_CHANNEL), options.onRunId);
  if (options.onTold) hear.set(channelOf(options.prefix, TOLD_CHANNEL), options.onTold);
  if (options.onOffered) hear.set(channelOf(options.prefix, OFFERED_CHANNEL), options.onOffered);
  if (options.onLanes) hear.set(channelOf(options.prefix, LANES_CHANNEL), options.onLanes);
  const { onFresh } = options;
  if (onFresh) {
    hear.set(channelOf(options.prefix, FRESH_CHANNEL), (text) => {
      const run = readFreshRun(text);
      if (run !== null) onFresh(run);
    });
  }
  const { onBegun } = options;
  if (onBegun) {
    hear.set(channelOf(options.prefix, BEGUN_CHANNEL), (runIds) => {
      for (const runId of runIds.split(' ')) onBegun(runId);
    });
  }
  redis.on('message', (channel: string, message: string) => hear.get(channel)?.(message));
  redis.on('ready', () => {
    redis.subscribe(...hear.keys()).then(options.onSubscribed, () => {});
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

function channelOf(prefix: string, name: string): string {
  return `${prefix}:${name}`;
}
