import { setTimeout as sleep } from 'node:timers/promises';

/** What is done again and again until it is stopped. */
export interface Loop {
  /** No more new ones; resolves when those under way have ended. */
  stop(): Promise<void>;
}

/** Begins `work` every `everyMs`, also while it is still under way; that it fails is part of a drill. */
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

/** Does `work`, pauses for `everyMs`, and so on; when it fails the loop ends, and `stop` throws that. */
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
