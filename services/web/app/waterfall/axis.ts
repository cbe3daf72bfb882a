import type { Run } from '../../shared/api.ts';

/** A stretch of time in epoch ms. */
export interface Span {
  startMs: number;
  endMs: number; // > startMs
}

/** Places times on the axis in proportion. */
export interface Scale {
  span: Span;
  /** Length of the axis, without the stretches that it hides. */
  lengthMs: number;
  /** Percent of the axis; times outside the span are at its edges. */
  percentOf: (ms: number) => number;
}

/** From the run's acceptance to its end. For an open run, it ends a little after now, as room to grow. */
export function spanOf(run: Pick<Run, 'createdAt' | 'finishedAt'>, nowMs: number): Span {
  const startMs = Date.parse(run.createdAt);
  const endMs = run.finishedAt ? Date.parse(run.finishedAt) : startMs + (nowMs - startMs) * 1.04;
  return { startMs, endMs: Math.max(endMs, startMs + 1) };
}

/** @param hidden stretches within the span that take no room, in order, without overlap */
export function scaleOf(span: Span, hidden: readonly Span[] = []): Scale {
  const hiddenBefore = (moment: number): number =>
    hidden.reduce(
      (ms, { startMs, endMs }) => ms + Math.max(0, Math.min(endMs, moment) - startMs),
      0,
    );
  const lengthMs = Math.max(1, span.endMs - span.startMs - hiddenBefore(span.endMs));
  return {
    span,
    lengthMs,
    percentOf(moment) {
      const at = Math.min(span.endMs, Math.max(span.startMs, moment));
      return Math.min(100, ((at - span.startMs - hiddenBefore(at)) / lengthMs) * 100);
    },
  };
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
  offsetMs: number; // since the span's start, without the time that the axis hides
  percent: number;
}

const STEPS_BELOW_A_MINUTE = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 10e3, 15e3, 30e3];
const MINUTE = 60_000;
const STEPS_ABOVE = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 7200, 14_400];
const STEPS = [...STEPS_BELOW_A_MINUTE, ...STEPS_ABOVE.map((minutes) => minutes * MINUTE)];

/** At most `count` ticks at round distances, the first at zero. */
export function ticksOf({ lengthMs }: Scale, count: number): Tick[] {
  const distance = distanceOf(lengthMs, count);
  return Array.from({ length: Math.ceil(lengthMs / distance) }, (_, nth) => ({
    offsetMs: nth * distance,
    percent: ((nth * distance) / lengthMs) * 100,
  }));
}

/** The smallest round distance with at most `count` ticks. */
function distanceOf(lengthMs: number, count: number): number {
  const widest = STEPS.at(-1)!;
  return (
    STEPS.find((step) => lengthMs / step <= count) ?? Math.ceil(lengthMs / count / widest) * widest
  );
}
