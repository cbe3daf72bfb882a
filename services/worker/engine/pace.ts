/** Where the steps of others take longer than this, nothing is gained by beginning the next ones early. */
const SHORT_MS = 50;
/** Of the last step in the mean. */
const WEIGHT = 1 / 8;

interface LanePace {
  running: number;
  waiting: number;
  /** null = it is not known. */
  meanMs: number | null;
}

/**
 * How fast steps of others come and go here, lane by lane. A slot in which they are short stands empty for a good
 * part of the time if the next one is fetched only when it is free.
 */
export interface Pace {
  began(lane: string): void;
  /** @param tookMs it had a slot */
  ended(lane: string, tookMs: number): void;
  /** It is slower than it seemed: what is known of it is nothing, until one ends. */
  surprised(lane: string): void;
  /** So many more (or fewer) have begun, by their rows, and wait for a slot. */
  waiting(lane: string, by: 1 | -1): void;
  /** So many more may begin before there is a slot for them: none of them waits for more than two others. */
  ahead(lane: string): number;
}

export function createPace(): Pace {
  const lanes = new Map<string, LanePace>();

  function of(lane: string): LanePace {
    let pace = lanes.get(lane);
    if (!pace) lanes.set(lane, (pace = { running: 0, waiting: 0, meanMs: null }));
    return pace;
  }

  return {
    began: (lane) => void of(lane).running++,
    ended(lane, tookMs) {
      const pace = of(lane);
      pace.running--;
      pace.meanMs = pace.meanMs === null ? tookMs : pace.meanMs + WEIGHT * (tookMs - pace.meanMs);
    },
    surprised: (lane) => void (of(lane).meanMs = null),
    waiting: (lane, by) => void (of(lane).waiting += by),
    ahead(lane) {
      const { running, waiting, meanMs } = of(lane);
      const isEnough = meanMs === null || meanMs > SHORT_MS || waiting > running;
      return isEnough ? 0 : 2 * running - waiting;
    },
  };
}
