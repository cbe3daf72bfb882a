import type { Run } from '../../shared/api.ts';

/** A stretch of time; epoch milliseconds. */
export interface Span {
  startMs: number;
  endMs: number; // > startMs
}

/** A stretch that the axis folds to a small width, wherever that is; percent of the whole width. */
export interface Fold extends Span {
  left: number;
  width: number;
}

/** Where moments stand on the width of the waterfall: in proportion, but for what is folded. */
export interface Scale {
  span: Span;
  folds: readonly Fold[];
  /** Percent of the width that one millisecond takes outside of folds. */
  percentPerMs: number;
  /** Moments outside of the span stand at its edges. */
  percentOf: (ms: number) => number;
}

/** The width of a fold, and the most that all of them may take; percent. */
const FOLD_WIDTH = 9;
const MOST_FOLDED = 30;

/** From the acceptance of the run to its end, or to now with a little room to grow into. */
export function spanOf(run: Pick<Run, 'createdAt' | 'finishedAt'>, nowMs: number): Span {
  const startMs = Date.parse(run.createdAt);
  const endMs = run.finishedAt ? Date.parse(run.finishedAt) : startMs + (nowMs - startMs) * 1.04;
  return { startMs, endMs: Math.max(endMs, startMs + 1) };
}

/** @param folded stretches within the span, in time, which do not overlap */
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

/** Where a bar begins and how wide it is, in percent of the width. */
export function place(
  bar: { startMs: number; endMs: number },
  scale: Scale,
): { left: number; width: number } {
  const left = scale.percentOf(bar.startMs);
  return { left, width: scale.percentOf(bar.endMs) - left };
}
