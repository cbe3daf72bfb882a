import { nameOf } from './ask-target.ts';
import type { Annotation } from './boards.ts';
import { fillIn, type Values } from './fill-in.ts';
import type { PrometheusApi, TimeRange } from './prometheus.ts';

/** An event, shown as a mark on a board. */
export interface Mark {
  /** Name of the kind of mark, e.g. `Restarts`. */
  name: string;
  title: string;
  color: string;
  /** Seconds since 1970; equal for a moment. */
  from: number;
  to: number;
}

/** The marks of one kind, ascending. Adjacent samples are one mark. */
export async function askMarks(
  prometheus: Pick<PrometheusApi, 'queryRange'>,
  annotation: Annotation,
  values: Values,
  range: TimeRange,
): Promise<Mark[]> {
  const series = await prometheus.queryRange(fillIn(annotation.expr, values), range);
  const { name, iconColor: color, titleFormat } = annotation;
  return series
    .flatMap((one) =>
      spansOf(
        one.samples.map(({ at }) => at),
        range.stepSeconds,
      ).map((span) => ({ name, color, title: nameOf(one, titleFormat), ...span })),
    )
    .toSorted((a, b) => a.from - b.from);
}

function spansOf(times: readonly number[], stepSeconds: number): { from: number; to: number }[] {
  const spans: { from: number; to: number }[] = [];
  for (const at of times) {
    const last = spans.at(-1);
    if (last && at - last.to <= stepSeconds * 1.5) last.to = at;
    else spans.push({ from: at, to: at });
  }
  return spans;
}
