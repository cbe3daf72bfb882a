/** Wakes all waiting callers. */
export interface Notifier {
  notify(): void;
  /** true = `notify` was called; false = timeout or abort. */
  wait(timeoutMs: number, signal: AbortSignal): Promise<boolean>;
}

export function createNotifier(): Notifier {
  const waiting = new Set<(notified: boolean) => void>();
  return {
    notify() {
      for (const wake of waiting) wake(true);
    },
    wait(timeoutMs, signal) {
      if (signal.aborted) return Promise.resolve(false);
      return new Promise((resolve) => {
        const settle = (notified: boolean): void => {
          clearTimeout(timer);
          signal.removeEventListener('abort', stop);
          waiting.delete(settle);
          resolve(notified);
        };
        const stop = (): void => settle(false);
        const timer = setTimeout(stop, timeoutMs);
        signal.addEventListener('abort', stop);
        waiting.add(settle);
      });
    },
  };
}
