import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_EVERY_MS = 20;

type Falsy = false | 0 | '' | null | undefined;

/**
 * Resolves with the first value of `condition` that is truthy, looking at once and then every 20 ms.
 * Throws after `timeoutMs` (default 10 s), naming `what` was waited for and the last error, if any.
 */
export async function waitUntil<Value>(
  condition: () => Value | Promise<Value>,
  options: { what: string; timeoutMs?: number },
): Promise<Exclude<Value, Falsy>> {
  const { what, timeoutMs = 10_000 } = options;
  const end = performance.now() + timeoutMs;
  let failure: unknown;
  for (;;) {
    try {
      const value = await condition();
      if (value) return value as Exclude<Value, Falsy>;
      failure = undefined;
    } catch (error) {
      failure = error;
    }
    if (performance.now() > end) {
      throw new Error(`Not within ${timeoutMs} ms: ${what}`, { cause: failure });
    }
    await sleep(LOOK_EVERY_MS);
  }
}
