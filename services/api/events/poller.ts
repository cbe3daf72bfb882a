/** Repeats a poll between `start` and `stop`, one at a time. */
export interface Poller {
  start(): void;
  stop(): void;
  /** Polls at once, or right after the poll in progress. */
  hurry(): void;
}

/** Reports a failed poll and tries again at the next one, so event streams survive an outage of the database. */
export function createPoller(deps: {
  everyMs: number;
  poll: () => Promise<void>;
  onError: (error: unknown) => void;
}): Poller {
  let timer: NodeJS.Timeout | undefined;
  let running = false;
  let polling = false;
  let again = false;

  async function turn(): Promise<void> {
    clearTimeout(timer);
    if (polling) {
      again = true;
      return;
    }
    polling = true;
    do {
      again = false;
      await deps.poll().catch(deps.onError);
    } while (again && running);
    polling = false;
    if (running) timer = setTimeout(() => void turn(), deps.everyMs);
  }

  return {
    start() {
      if (running) return;
      running = true;
      if (!polling) timer = setTimeout(() => void turn(), deps.everyMs);
    },
    stop() {
      running = false;
      clearTimeout(timer);
    },
    hurry() {
      if (running) void turn();
    },
  };
}
