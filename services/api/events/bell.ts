/** Wakes all waiting callers. */
export interface Bell {
  ring(): void;
  /** true = `ring` was called; false = timeout or abort. */
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
