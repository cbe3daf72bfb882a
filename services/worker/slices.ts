/** How long expressions may be evaluated before the event loop goes on: leases, probes and timers wait for that. */
const SLICE_MS = 20;

/** Shares the event loop between runs that have much to evaluate at once. */
export interface Slices {
  /** true = no time is left in this turn of the event loop: go on by `later`. */
  isOver(): boolean;
  /**
   * Calls `work` in another turn, after those that asked before. A caller that waits already keeps its place.
   * @param who one call for each
   */
  later(who: object, work: () => void): void;
  /** Does it now if there is time, else in another turn. */
  perform<Result>(who: object, work: () => Result): Promise<Result>;
}

/** @param now milliseconds of a clock that never goes back */
export function createSlices(now: () => number = () => performance.now()): Slices {
  const waiting = new Map<object, () => void>();
  /** Of the slice in this turn of the event loop; null = none has begun. */
  let endsAt: number | null = null;
  let isScheduled = false;

  function schedule(): void {
    if (isScheduled) return;
    isScheduled = true;
    setImmediate(turn);
  }

  function begin(): number {
    endsAt = now() + SLICE_MS;
    schedule();
    return endsAt;
  }

  function turn(): void {
    isScheduled = false;
    endsAt = null;
    if (waiting.size === 0) return;
    const end = begin();
    // Those that ask in the meantime are of the next turn.
    for (const [who, work] of Array.from(waiting)) {
      waiting.delete(who);
      work();
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
