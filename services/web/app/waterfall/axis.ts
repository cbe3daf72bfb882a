import type { Run } from '../../shared/api.ts';

/** A stretch of time in epoch ms. */
export interface Span {
  startMs: number;
  endMs: number; // > startMs
}

/** A stretch that the axis folds to a small width. `left` and `width` are percent of the axis. */
export interface Fold extends Span {
  left: number;
  width: number;
}

/** Places times on the axis: in proportion, except for folds. */
export interface Scale {
  span: Span;
  folds: readonly Fold[];
  /** Percent of the axis per millisecond, outside folds. */
  percentPerMs: number;
  /** Percent of the axis; times outside the span are at its edges. */
  percentOf: (ms: number) => number;
}

/** Width of one fold, and of all folds at most, in percent. */
const FOLD_WIDTH = 9;
const MOST_FOLDED = 30;

/** From the run's acceptance to its end. For an open run, it ends a little after now, as room to grow. */
export function spanOf(run: Pick<Run, 'createdAt' | 'finishedAt'>, nowMs: number): Span {
  const startMs = Date.parse(run.createdAt);
  const endMs = run.finishedAt ? Date.parse(run.finishedAt) : startMs + (nowMs - startMs) * 1.04;
  return { startMs, endMs: Math.max(endMs, startMs + 1) };
}

/** @param folded stretches within the span, in order, without overlap */
export function scaleOf(span: Span, folded: readonly Span[] = []): Scale {
  const foldedMs = folded.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
  const width = folded.length > 0 ? Math.min(FOLD_WIDTH, MOST_FOLDED / folded.length) : 0;
  const openMs = Math.max(1, span.endMs - span.startMs - foldedMs);
  const percentPerMs = (100 - width * folded.length) / openMs;
  const folds: Fold[] = [];
  let [ms, percent] = [span.startMs, 0];
  for (const { startMs, endMs } of folded) {
    const left = percent + (startMs - ms) * percentPerMs;
    folds.push({ startMs, endMs, left, width });
    [ms, percent] = [endMs, left + width];
  }
  return { span, folds, percentPerMs, percentOf };

  function percentOf(moment: number): number {
    const at = Math.min(span.endMs, Math.max(span.startMs, moment));
    let [from, base] = [span.startMs, 0];
    for (const fold of folds) {
      if (at <= fold.startMs) break;
      if (at < fold.endMs) {
        const share = (at - fold.startMs) / (fold.endMs - fold.startMs);
        return fold.left + fold.width * share;
      }
      [from, base] = [fold.endMs, fold.left + fold.width];
    }
    return Math.min(100, base + (at - from) * percentPerMs);
  }
}

/** Left edge and width of a bar, in percent of the axis. */
export function place(
  bar: { startMs: number; endMs: number },
  scale: Scale,
): { left: number; width: number } {
  const left = scale.percentOf(bar.startMs);
  return { left, width: scale.percentOf(bar.endMs) - left };
}

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
