import type { ReceivedSpan } from '../otlp/otlp-json.ts';

/** Time of a run that its spans explain, in milliseconds. */
export interface ExplainedTime {
  total: number;
  explained: number;
  /** Unexplained intervals, longest first, in milliseconds after the run's start. */
  gaps: { from: number; to: number }[];
}

/**
 * Adds up the leaves of a run's trace: waits, calls, queries, and the execution of steps without a lane. Spans of a
 * worker that holds a run or processes a step explain nothing.
 * @param spans of the trace
 * @param run span of the run or of a child run
 */
export function explainTime(spans: readonly ReceivedSpan[], run: ReceivedSpan): ExplainedTime {
  const below = Map.groupBy(spans, ({ parentSpanId }) => parentSpanId);
  const leavesOf = (span: ReceivedSpan): ReceivedSpan[] =>
    below.get(span.spanId)?.flatMap(leavesOf) ?? [span];
  const stretches = leavesOf(run)
    .filter(({ name }) => !name.startsWith('process '))
    .map((span) => ({
      from: Math.max(run.startTime, startOf(span)),
      to: Math.min(run.endTime, span.endTime),
    }))
    .filter(({ from, to }) => from < to)
    .toSorted((a, b) => a.from - b.from);
  const gaps: ExplainedTime['gaps'] = [];
  let at = run.startTime;
  for (const { from, to } of [...stretches, { from: run.endTime, to: run.endTime }]) {
    if (from > at) gaps.push({ from: at - run.startTime, to: from - run.startTime });
    at = Math.max(at, to);
  }
  const total = run.endTime - run.startTime;
  return {
    total,
    explained: gaps.reduce((left, { from, to }) => left - (to - from), total),
    gaps: gaps.toSorted((a, b) => b.to - b.from - (a.to - a.from)),
  };
}

/** A step without a lane starts some time after it is ready. Until then, the time belongs to the engine. */
function startOf({ name, startTime, attributes }: ReceivedSpan): number {
  return name.startsWith('step ')
    ? startTime + Number(attributes['aio.queue_time_ms'] ?? 0)
    : startTime;
}
