import { setTimeout as sleep } from 'node:timers/promises';

/** What is done again and again, whatever becomes of the last time. */
export interface Loop {
  /** No more new ones; resolves when those under way have ended. */
  stop(): Promise<void>;
}

/** Begins `work` every `everyMs`, also while it is still under way; that it fails is part of a drill. */
export function repeat(everyMs: number, work: () => Promise<unknown>): Loop {
  const open = new Set<Promise<unknown>>();
  const stopping = new AbortController();
  const { signal } = stopping;
  const beats = (async () => {
    while (!signal.aborted) {
      const one: Promise<unknown> = work()
        .catch(() => {})
        .finally(() => open.delete(one));
      open.add(one);
      await sleep(everyMs, undefined, { signal }).catch(() => {});
    }
    await Promise.all(open);
  })();
  return {
    async stop() {
      stopping.abort();
      await beats;
    },
  };
}
