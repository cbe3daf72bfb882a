import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Repeats `work` until closed. `close` waits for the call in progress.
 * @param work never rejects; resolves to the pause before the next call, in ms
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
