import { setTimeout as sleep } from 'node:timers/promises';

const PAUSE_MS = 500;

/**
 * The first answer of `look` that is something; a look that throws saw nothing.
 * @throws Error naming `what` after `withinMs`, with the last failure as its cause
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
      throw new Error(`not within ${withinMs / 1000} s: ${what}`, { cause: failure });
    await sleep(PAUSE_MS);
  }
}
