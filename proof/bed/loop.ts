import { setTimeout as sleep } from 'node:timers/promises';

/** Repeated work that you can stop. */
export interface Loop {
  /** Starts no more work; resolves when the current work has ended. */
  stop(): Promise<void>;
}

/** Starts `work` every `everyMs`, even if earlier work still runs. Ignores failures. */
export function repeat(everyMs: number, work: () => Promise<unknown>): Loop {
  const open = new Set<Promise<unknown>>();
  const beats = startLoop(everyMs, async () => {
    const one: Promise<unknown> = work()
      .catch(() => {})
      .finally(() => open.delete(one));
    open.add(one);
  });
  return {
    async stop() {
      await beats.stop();
      await Promise.all(open);
    },
  };
}

/** Repeats `work` with pauses of `everyMs`. A failure ends the loop, and `stop` rejects with it. */
export function startLoop(everyMs: number, work: () => Promise<unknown>): Loop {
  const stopping = new AbortController();
  const { signal } = stopping;
  const looping = (async () => {
    while (!signal.aborted) {
      await work();
      await sleep(everyMs, undefined, { signal }).catch(() => {});
    }
  })();
  looping.catch(() => {});
  return {
    async stop() {
      stopping.abort();
      await looping;
    },
  };
}
