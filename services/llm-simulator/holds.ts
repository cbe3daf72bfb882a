import { setTimeout as sleep } from 'node:timers/promises';

/** Calls that wait until a test releases them, so that the test knows where the caller is. */
export interface Holds {
  /** Waits until the name is released, or returns at once if it was already. Rejects if the client leaves. */
  wait(name: string, gone: AbortSignal): Promise<void>;
  release(name: string): void;
  /** Number of waiting calls by name. A released name stays in the list, with 0. */
  read(): Record<string, number>;
}

const NEVER_MS = 2 ** 31 - 1;

export function createHolds(): Holds {
  const holds = new Map<string, { release: AbortController; waiting: number }>();

  function find(name: string) {
    const hold = holds.get(name) ?? { release: new AbortController(), waiting: 0 };
    holds.set(name, hold);
    return hold;
  }

  return {
    async wait(name, gone) {
      const hold = find(name);
      if (hold.release.signal.aborted) return;
      const signal = AbortSignal.any([gone, hold.release.signal]);
      hold.waiting += 1;
      try {
        await sleep(NEVER_MS, undefined, { signal });
      } catch (error) {
        if (gone.aborted) throw error;
      } finally {
        hold.waiting -= 1;
      }
    },
    release: (name) => find(name).release.abort(),
    read: () => Object.fromEntries([...holds].map(([name, { waiting }]) => [name, waiting])),
  };
}
