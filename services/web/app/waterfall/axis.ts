import type { Run } from '../../shared/api.ts';

/** The stretch of time that the width of the waterfall stands for; epoch milliseconds. */
export interface Span {
  startMs: number;
  endMs: number; // > startMs
}

export interface Tick {
  offsetMs: number; // since the span's start
  percent: number;
}

/** From the acceptance of the run to its end, or to now with a little room to grow into. */
export function spanOf(run: Pick<Run, 'createdAt' | 'finishedAt'>, nowMs: number): Span {
  const startMs = Date.parse(run.createdAt);
  const endMs = run.finishedAt ? Date.parse(run.finishedAt) : startMs + (nowMs - startMs) * 1.04;
  return { startMs, endMs: Math.max(endMs, startMs + 1) };
}

/** Where a bar begins and how wide it is, in percent of the span. */
export function place(
  bar: { startMs: number; endMs: number },
  span: Span,
): { left: number; width: number } {
  const lengthMs = span.endMs - span.startMs;
  const percentOf = (ms: number): number =>
    Math.min(100, Math.max(0, ((ms - span.startMs) / lengthMs) * 100));
  const left = percentOf(bar.startMs);
  return { left, width: percentOf(bar.endMs) - left };
}

const STEPS_BELOW_A_MINUTE = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 10e3, 15e3, 30e3];
const MINUTE = 60_000;
const STEPS_ABOVE = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 7200, 14_400];

/** At most `count` ticks at round distances, the first at zero. */
export function ticksOf(span: Span, count: number): Tick[] {
  const lengthMs = span.endMs - span.startMs;
  const steps = [...STEPS_BELOW_A_MINUTE, ...STEPS_ABOVE.map((minutes) => minutes * MINUTE)];
  const widest = steps.at(-1)!;
  const distance =
    steps.find((step) => lengthMs / step <= count) ?? Math.ceil(lengthMs / count / widest) * widest;
  const ticks: Tick[] = [];
  for (let offsetMs = 0; offsetMs < lengthMs; offsetMs += distance) {
    ticks.push({ offsetMs, percent: (offsetMs / lengthMs) * 100 });
  }
  return ticks;
}
