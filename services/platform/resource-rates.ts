import { closeRedis, createRedis, type OutageListeners } from './redis.ts';

/** So many calls within this time, and no more at once. */
export interface Rate {
  calls: number;
  periodMs: number;
}

export interface Admission {
  /** Before that, the call is not to be made; 0 = now. */
  waitMs: number;
  /** The place at that moment is the caller's: it does not ask again. */
  isReserved: boolean;
}

/** Who may call what all workers share, such as a language model, and when. */
export interface ResourceRates {
  /**
   * Asks for a call. Without Redis nothing is limited.
   * @param isReserved it has a place already: only a pause makes it wait
   */
  admit(resource: string, isReserved: boolean): Promise<Admission>;
  /** Nobody calls it for so long: it has asked for that. */
  pause(resource: string, forMs: number): Promise<void>;
  close(): Promise<void>;
}

/** Places further ahead are not given away: whoever comes meanwhile with less of a backlog goes first. */
const HORIZON_MS = 5_000;

/**
 * The generic cell rate algorithm, by Redis' clock. KEYS: the pause, and when the next call would come at an even pace.
 * ARGV: calls (0 = no limit), period, horizon, reserved. Answers the wait, and 1 if the place is reserved.
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

export function createResourceRates(
  options: {
    redisUrl: string;
    prefix: string;
    rates: ReadonlyMap<string, Rate>;
  } & OutageListeners,
): ResourceRates {
  const { prefix, rates } = options;
  const redis = createRedis(options.redisUrl, { ...options, role: 'command' });
  // The braces put both keys where a cluster wants them.
  const keyOf = (what: string, resource: string) => `{${prefix}-rates:${resource}}:${what}`;
  return {
    async admit(resource, isReserved) {
      const { calls = 0, periodMs = 0 } = rates.get(resource) ?? {};
      const keys = [keyOf('pause', resource), keyOf('next', resource)];
      const values = [calls, periodMs, HORIZON_MS, isReserved ? 1 : 0];
      if (redis.status !== 'ready') return { waitMs: 0, isReserved };
      const answer = await redis.eval(ADMIT, 2, ...keys, ...values).catch(() => null);
      const [waitMs, reserved] = (answer ?? [0, 0]) as [number, number];
      // Those without a place come back at different moments.
      const waits = reserved === 1 ? waitMs : Math.min(waitMs, HORIZON_MS) * (1 + Math.random());
      return { waitMs: Math.ceil(waits), isReserved: reserved === 1 };
    },
    async pause(resource, forMs) {
      if (redis.status !== 'ready') return;
      await redis.set(keyOf('pause', resource), '1', 'PX', Math.ceil(forMs)).catch(() => undefined);
    },
    close: () => closeRedis(redis),
  };
}
