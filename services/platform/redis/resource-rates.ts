import { closeRedis, createRedis, type OutageListeners } from './redis.ts';

/** At most this many calls per period, also as a burst. */
export interface Rate {
  calls: number;
  periodMs: number;
}

export interface Admission {
  /** How long to wait before the call; 0 = call now. */
  waitMs: number;
  /** true = the caller has a slot after the wait, and does not ask again. */
  isReserved: boolean;
}

/** Rate limits for resources that all workers share, such as a language model. */
export interface ResourceRates {
  /**
   * Asks to make a call. Without Redis there is no limit.
   * @param isReserved the caller already has a slot, so only a pause makes it wait
   */
  admit(resource: string, isReserved: boolean): Promise<Admission>;
  /**
   * Stops all calls, because the resource refused one. A shorter time never shortens a pause.
   * @param forMs as the resource asked; null = it did not say, so the time doubles with each refusal in a row
   * @returns how long calls are stopped now, in milliseconds
   */
  pause(resource: string, forMs: number | null): Promise<number>;
  /** The resource answered a call, so its next refusal is the first in a row. */
  answered(resource: string): Promise<void>;
  close(): Promise<void>;
}

/** No slots are reserved further ahead, so that workflows with a small backlog can go first. */
const HORIZON_MS = 5_000;

/**
 * The generic cell rate algorithm on Redis' clock. KEYS: the pause, and the time of the next call at an even pace.
 * ARGV: calls (0 = no limit), period, horizon, reserved. Returns the wait, and 1 if the slot is reserved.
 */
const ADMIT = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local paused = redis.call('PTTL', KEYS[1])
if paused > 0 then return {paused, tonumber(ARGV[4])} end
local calls, period, horizon = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
if calls == 0 or ARGV[4] == '1' then return {0, 1} end
local interval = period / calls
local next = math.max(tonumber(redis.call('GET', KEYS[2]) or now), now)
local wait = math.max(0, math.ceil(next - (period - interval) - now))
if wait > horizon then return {wait, 0} end
redis.call('SET', KEYS[2], tostring(next + interval), 'PX', math.ceil(next + interval - now + period))
return {wait, 1}`;

/** Pause after the first refusal without a time, and the longest after a later one. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

/**
 * KEYS: the pause, and the count of refusals in a row. ARGV: the time (-1 = back off), first and longest pause, jitter
 * (0 to 1). Refusals of calls that began before a pause do not count. Returns what is left of the pause.
 */
const PAUSE = `
local left = math.max(redis.call('PTTL', KEYS[1]), 0)
local wait, first, longest, jitter = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
if wait < 0 then
  if left > 0 then return left end
  local refusals = redis.call('INCR', KEYS[2])
  wait = math.ceil(math.min(first * 2 ^ (refusals - 1), longest) * (1 + jitter) / 2)
  redis.call('PEXPIRE', KEYS[2], wait + longest)
end
if wait > left then redis.call('SET', KEYS[1], '1', 'PX', wait) end
return math.max(wait, left)`;

export function createResourceRates(
  options: {
    redisUrl: string;
    prefix: string;
    rates: ReadonlyMap<string, Rate>;
  } & OutageListeners,
): ResourceRates {
  const { prefix, rates } = options;
  const redis = createRedis(options.redisUrl, { ...options, role: 'command' });
  // The braces put all keys into one slot of a cluster.
  const keyOf = (what: string, resource: string) => `{${prefix}-rates:${resource}}:${what}`;
  return {
    async admit(resource, isReserved) {
      const { calls = 0, periodMs = 0 } = rates.get(resource) ?? {};
      const keys = [keyOf('pause', resource), keyOf('next', resource)];
      const values = [calls, periodMs, HORIZON_MS, isReserved ? 1 : 0];
      if (redis.status !== 'ready') return { waitMs: 0, isReserved };
      const answer = await redis.eval(ADMIT, 2, ...keys, ...values).catch(() => null);
      const [waitMs, reserved] = (answer ?? [0, 0]) as [number, number];
      // Jitter, so that callers without a slot do not return at the same moment.
      const waits = reserved === 1 ? waitMs : Math.min(waitMs, HORIZON_MS) * (1 + Math.random());
      return { waitMs: Math.ceil(waits), isReserved: reserved === 1 };
    },
    async pause(resource, forMs) {
      const alone = Math.ceil(forMs ?? FIRST_PAUSE_MS);
      if (redis.status !== 'ready') return alone;
      const keys = [keyOf('pause', resource), keyOf('refusals', resource)];
      const wanted = forMs === null ? -1 : alone;
      const values = [wanted, FIRST_PAUSE_MS, LONGEST_PAUSE_MS, Math.random()];
      const left = await redis.eval(PAUSE, 2, ...keys, ...values).catch(() => null);
      return (left as number | null) ?? alone;
    },
    async answered(resource) {
      if (redis.status !== 'ready') return;
      await redis.del(keyOf('refusals', resource)).catch(() => undefined);
    },
    close: () => closeRedis(redis),
  };
}
