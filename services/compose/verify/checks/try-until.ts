import { setTimeout as sleep } from 'node:timers/promises';

const PAUSE_MS = 500;

/**
 * Calls `look` until it returns a value; an exception counts as no value.
 * @param what the condition, for the error
 * @throws Error after `withinMs`, with the last exception as its cause
 */
export async function tryUntil<Value>(
  what: string,
  withinMs: number,
  look: () => Promise<Value | undefined>,
): Promise<Value> {
  const deadline = performance.now() + withinMs;
  let failure: unknown;
  for (;;) {
    try {
      const value = await look();
      if (value !== undefined) return value;
    } catch (error) {
      failure = error;
    }
    if (performance.now() > deadline)
      throw new Error(`timeout after ${withinMs / 1000} s: ${what}`, { cause: failure });
    await sleep(PAUSE_MS);
  }
}
