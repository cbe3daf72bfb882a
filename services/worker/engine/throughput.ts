import { THROUGHPUT_WINDOW_MS } from '@aio/core/run/expected-wait';

const SECOND_MS = 1000;

/** Counts the runs and steps that this worker started within the last minute. */
export interface Throughput {
  began(lane: string): void;
  /** Counts by lane, without lanes that had none. */
  lastMinute(): Record<string, number>;
}

/** @param now milliseconds of a monotonic clock */
export function createThroughput(now: () => number = () => performance.now()): Throughput {
  /** Counts per second, oldest first, and lane. */
  const seconds = new Map<number, Map<string, number>>();
  const currentSecond = () => Math.floor(now() / SECOND_MS);

  function forget(): void {
    const oldest = currentSecond() - THROUGHPUT_WINDOW_MS / SECOND_MS;
    for (const second of seconds.keys()) {
      if (second > oldest) return;
      seconds.delete(second);
    }
  }

  return {
    began(lane) {
      const second = currentSecond();
      const lanes = seconds.get(second) ?? new Map<string, number>();
      if (lanes.size === 0) {
        forget();
        seconds.set(second, lanes);
      }
      lanes.set(lane, (lanes.get(lane) ?? 0) + 1);
    },
    lastMinute() {
      forget();
      const sums: Record<string, number> = {};
      for (const lanes of seconds.values())
        for (const [lane, count] of lanes) sums[lane] = (sums[lane] ?? 0) + count;
      return sums;
    },
  };
}
