/** Lets many wait until something changes. */
export interface Bell {
  ring(): void;
  /** true = it rang; false = `timeoutMs` passed, or the signal was aborted. */
  wait(timeoutMs: number, signal: AbortSignal): Promise<boolean>;
}

export function createBell(): Bell {
  const waiting = new Set<(rang: boolean) => void>();
  return {
    ring() {
      for (const wake of waiting) wake(true);
    },
    wait(timeoutMs, signal) {
      if (signal.aborted) return Promise.resolve(false);
      return new Promise((resolve) => {
        const settle = (rang: boolean): void => {
          clearTimeout(timer);
          signal.removeEventListener('abort', stop);
          waiting.delete(settle);
          resolve(rang);
        };
        const stop = (): void => settle(false);
        const timer = setTimeout(stop, timeoutMs);
        signal.addEventListener('abort', stop);
        waiting.add(settle);
      });
    },
  };
}
