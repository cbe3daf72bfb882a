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
