/** One source of gauges' values, asked anew at every scrape. */
export interface Collector {
  /** Runs once; never throws. */
  run(): Promise<void>;
}

export interface CollectorDeps<R> {
  /** Gives the values; the signal aborts when nobody waits for them any more. */
  read(signal: AbortSignal): Promise<R> | R;
  /** Puts the values in the place of the last ones; null = there are none. */
  replace(readings: R | null): void;
  onError(error: unknown): void;
  timeoutMs: number;
}

/**
 * A reading that fails, or takes longer than `timeoutMs`, leaves no series: a gap in a graph tells
 * the truth, yesterday's value does not. A late answer is thrown away.
 */
export function createCollector<R>(deps: CollectorDeps<R>): Collector {
  return {
    async run() {
      const timeout = new AbortController();
      let timer: NodeJS.Timeout | undefined;
      try {
        const late = new Promise<never>((_, reject) => {
          timer = setTimeout(() => {
            const error = new Error(`No reading within ${deps.timeoutMs} ms`);
            timeout.abort(error);
            reject(error);
          }, deps.timeoutMs);
        });
        deps.replace(await Promise.race([deps.read(timeout.signal), late]));
      } catch (error) {
        deps.replace(null);
        deps.onError(error);
      } finally {
        clearTimeout(timer);
      }
    },
  };
}
