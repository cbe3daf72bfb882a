import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_EVERY_MS = 20;

type Falsy = false | 0 | '' | null | undefined;

/**
 * Resolves with the first truthy value of `condition`, which it calls at once and then every 20 ms. After `timeoutMs`
 * (default one minute), it throws an error with `what` and the last error.
 */
export async function waitUntil<Value>(
  condition: () => Value | Promise<Value>,
  options: { what: string; timeoutMs?: number },
): Promise<Exclude<Value, Falsy>> {
  const { what, timeoutMs = 60_000 } = options;
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
