import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_EVERY_MS = 25;

type Falsy = false | 0 | '' | null | undefined;

/**
 * Calls `look` until it returns a truthy value, and returns that. It retries if `look` throws.
 * @throws Error naming `what` after `withinMs`, with the last failure as its cause; AbortError after the signal
 */
export async function waitUntil<Value>(
  what: string,
  withinMs: number,
  look: () => Promise<Value> | Value,
  everyMs = LOOK_EVERY_MS,
  signal?: AbortSignal,
): Promise<Exclude<Value, Falsy>> {
  const deadline = performance.now() + withinMs;
  let failure: unknown;
  for (;;) {
    try {
      const value = await look();
      if (value) return value as Exclude<Value, Falsy>;
    } catch (error) {
      failure = error;
    }
    if (performance.now() > deadline)
      throw new Error(`not within ${withinMs / 1000} s: ${what}`, { cause: failure });
    await sleep(everyMs, undefined, { signal });
  }
}
