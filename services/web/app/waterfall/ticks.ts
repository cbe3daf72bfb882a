import type { Scale } from './axis.ts';

export interface Tick {
  offsetMs: number; // since the span's start or, if `isRelative`, since the end of a fold
  percent: number;
  isRelative: boolean;
}

const STEPS_BELOW_A_MINUTE = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 10e3, 15e3, 30e3];
const MINUTE = 60_000;
const STEPS_ABOVE = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 7200, 14_400];
const STEPS = [...STEPS_BELOW_A_MINUTE, ...STEPS_ABOVE.map((minutes) => minutes * MINUTE)];
/** Share of a tick distance that stays free before the tick at the end of a fold. */
const LEAST_ROOM = 0.7;

/**
 * At most `count` ticks at round distances, the first at zero. Folds have none. The tick after a
 * fold counts from the span's start, the next ones from the end of the fold.
 */
export function ticksOf(scale: Scale, count: number): Tick[] {
  const { span, folds, percentPerMs } = scale;
  const distance = distanceOf(100 / percentPerMs, count);
  const room = Math.min(100 / count, distance * percentPerMs) * LEAST_ROOM;
  const ticks: Tick[] = [];
  let startMs = span.startMs;
  for (const fold of [...folds, null]) {
    const endMs = fold?.startMs ?? span.endMs;
    const limit = fold === null ? 101 : fold.left + fold.width - room;
    for (let offset = 0; startMs + offset < endMs; offset += distance) {
      const isRelative = offset > 0 && startMs > span.startMs;
      const percent = scale.percentOf(startMs + offset);
      if (offset > 0 && percent > limit) break;
      const offsetMs = isRelative ? offset : startMs + offset - span.startMs;
      ticks.push({ offsetMs, percent, isRelative });
    }
    startMs = fold?.endMs ?? endMs;
  }
  return ticks;
}

/** The smallest round distance with at most `count` ticks. */
function distanceOf(lengthMs: number, count: number): number {
  const widest = STEPS.at(-1)!;
  return (
    STEPS.find((step) => lengthMs / step <= count) ?? Math.ceil(lengthMs / count / widest) * widest
  );
}
