import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Does the work again and again, until it is closed; closing waits for what is under way.
 * @param work never rejects, and answers for how many milliseconds to rest
 */
export function startLoop(work: () => Promise<number>): { close(): Promise<void> } {
  const closing = new AbortController();
  const { signal } = closing;

  async function run(): Promise<void> {
    while (!signal.aborted) {
      const restMs = await work();
      await sleep(restMs, undefined, { signal }).catch(() => undefined);
    }
  }
  const running = run();
  return {
    async close() {
      closing.abort();
      await running;
    },
  };
}
