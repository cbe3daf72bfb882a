/** Longest evaluation per turn of the event loop. Leases, probes and timers wait for it. */
const SLICE_MS = 20;

/** Divides the event loop: between runs that evaluate expressions, or between requests. */
export interface Slices {
  /** true = this turn's time is used up; continue with `later`. */
  isOver(): boolean;
  /**
   * Calls `work` in a later turn, first come, first served.
   * @param who the caller; one that waits already keeps its place and its work
   */
  later(who: object, work: () => void): void;
  /** Calls `work` now if there is time, otherwise in a later turn. */
  perform<Result>(who: object, work: () => Result): Promise<Result>;
}

/** Node.js ticks when no microtask is left. */
const drained = () => new Promise((resolve) => process.nextTick(resolve));

/** @param now milliseconds of a monotonic clock */
export function createSlices(now: () => number = () => performance.now()): Slices {
  const waiting = new Map<object, () => void>();
  /** End of this turn's slice; null = no slice has begun. */
  let endsAt: number | null = null;
  let isScheduled = false;

  function schedule(): void {
    if (isScheduled) return;
    isScheduled = true;
    setImmediate(() => void turn());
  }

  function begin(): number {
    endsAt = now() + SLICE_MS;
    schedule();
    return endsAt;
  }

  async function turn(): Promise<void> {
    isScheduled = false;
    endsAt = null;
    if (waiting.size === 0) return;
    const end = begin();
    // The copy leaves callers that arrive during this turn to the next one.
    for (const [who, work] of Array.from(waiting)) {
      waiting.delete(who);
      work();
      // What follows from the work without another turn takes time, too.
      await drained();
      if (now() >= end) return;
    }
  }

  const isOver = () => now() >= (endsAt ?? begin());

  function later(who: object, work: () => void): void {
    if (!waiting.has(who)) waiting.set(who, work);
    schedule();
  }

  return {
    isOver,
    later,
    perform(who, work) {
      return new Promise((resolve, reject) => {
        const perform = () => {
          try {
            resolve(work());
          } catch (error) {
            reject(error as Error);
          }
        };
        if (isOver()) later(who, perform);
        else perform();
      });
    },
  };
}
