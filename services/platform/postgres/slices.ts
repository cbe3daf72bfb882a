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

export interface SliceOptions {
  /**
   * Turns of the event loop between two slices while callers wait, default 0. A server needs some: libuv accepts one connection per turn, so
   * the new connection of a probe waits as many turns as there are connections before it.
   */
  turnsBetween?: number;
  /** Milliseconds of a monotonic clock. */
  now?: () => number;
}

export function createSlices({
  turnsBetween = 0,
  now = () => performance.now(),
}: SliceOptions = {}): Slices {
  const waiting = new Map<object, () => void>();
  /** End of this turn's slice; null = no slice has begun. */
  let endsAt: number | null = null;
  let isScheduled = false;

  function schedule(): void {
    if (isScheduled) return;
    isScheduled = true;
    let left = turnsBetween;
    // If nobody waits, the next turn has a slice.
    const next = () => void (waiting.size > 0 && left-- > 0 ? setImmediate(next) : turn());
    setImmediate(next);
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
