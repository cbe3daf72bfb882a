import type { Comparison, Change } from '../compare.ts';
import type { Quantiles } from '../k6-summary.ts';
import type { LoadResult, Objective, RunFigures } from '../result.ts';
import { type TimePart, timeOf, type WhereTimeWent } from '../run-time.ts';

/** Parts of a run's time, in display order. */
const TIME_PARTS: readonly { part: TimePart; name: string }[] = [
  { part: 'queue', name: 'queued' },
  { part: 'execution', name: 'execution' },
  { part: 'waiting', name: 'waits, retries' },
  { part: 'engine', name: 'engine' },
];

/** e.g. `queued 12 ms, execution 1.24 s`. */
export function describeTime({ spent }: Pick<WhereTimeWent, 'spent'>): string {
  return TIME_PARTS.flatMap(({ part, name }) => {
    const ms = timeOf(spent, part);
    return ms > 0 ? `${name} ${formatMs(ms)}` : [];
  }).join(', ');
}

/** e.g. `7.4 ms`, `312 ms`, `2.41 s`, `3 min 20 s`. */
export function formatMs(ms: number): string {
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(2)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
}

/** P50, P95, P99 and maximum. */
export function formatQuantiles({ p50, p95, p99, max }: Quantiles): string[] {
  return [p50, p95, p99, max].map(formatMs);
}

/** e.g. `0.3`, `12.4`, `340`. */
export function formatRate(perSecond: number): string {
  return perSecond < 100 ? perSecond.toFixed(1) : String(Math.round(perSecond));
}

/** e.g. `0 %`, `0.12 %`, `99.95 %`. */
export function formatShare(share: number): string {
  const digits = share > 0.9 ? 4 : 2;
  return share === 0 ? '0 %' : `${Number((share * 100).toPrecision(digits))} %`;
}

/** The measured value and the limit, e.g. `31 ms` and `99 % < 250 ms`. */
export function describeObjective({ expression, measured }: Objective): {
  measured: string;
  limit: string;
} {
  const [, figure = '', sign = '', limit = ''] =
    /^([\w().]+)([<>=]+)([\d.]+)$/.exec(expression) ?? [];
  const format = figure === 'rate' ? formatShare : formatMs;
  const share = /^p\((\d+(?:\.\d+)?)\)$/.exec(figure)?.[1];
  return {
    measured: measured === null ? 'not measured' : format(measured),
    limit: `${share === undefined ? '' : `${share} % `}${sign} ${format(Number(limit))}`,
  };
}

/** e.g. `API latency 431 ms (99 % < 250 ms)` */
export function describeMiss(objective: Objective): string {
  const { measured, limit } = describeObjective(objective);
  return `${objective.title} ${measured} (${limit})`;
}

export function formatFigure(value: number, unit: Change['unit']): string {
  if (unit === 'ms') return formatMs(value);
  return unit === 'share' ? formatShare(value) : `${formatRate(value)}/s`;
}

/** e.g. `+12 %`; empty if the value before was 0. */
export function formatChange({ before, now }: Change): string {
  if (before === 0) return '';
  const percent = Math.round(((now - before) / before) * 100);
  return `${percent > 0 ? '+' : percent < 0 ? '−' : '±'}${Math.abs(percent)} %`;
}

/** e.g. `2026-11-25 21:45` in UTC. */
export function formatTime(iso: string): string {
  return iso.slice(0, 16).replace('T', ' ');
}

export function describeComparison({ testid, startedAt, differences }: Comparison): string {
  const otherwise = differences.length > 0 ? `; differences: ${differences.join(', ')}` : '';
  return `${testid} of ${formatTime(startedAt)} UTC${otherwise}`;
}

/** The answer to the scenario's question, in a few words. */
export function answerOf({ kept, knee, objectives, runs }: LoadResult): string {
  if (knee) {
    if (knee.rate === null) return 'no rate meets the objectives';
    const beyond =
      knee.missedAt === null ? 'no tried rate missed the objectives' : `missed at ${knee.missedAt}`;
    return `the knee is at ${knee.rate} runs a second; ${beyond}`;
  }
  if (kept) return 'all objectives met';
  const missed = objectives.filter((objective) => !objective.kept).map(({ title }) => title);
  if (runs.drained.open > 0) missed.push(`${runs.drained.open} runs did not end`);
  return `missed: ${missed.join(', ')}`;
}

/** Counts by status, e.g. `31 succeeded, 2 failed`, and the time until the last end. */
export function describeEnds({ byStatus, drained: { open, seconds } }: RunFigures): {
  counts: string;
  drained: string;
} {
  const counts = Object.entries(byStatus).map(([status, count]) => `${count} ${status}`);
  return {
    counts: counts.join(', ') || 'none',
    drained:
      open > 0
        ? `${open} did not end`
        : `the last run ended ${seconds.toFixed(1)} s after the load`,
  };
}

/** e.g. `20 runs a second for 60 s` */
export function describeAsked({ asked, knee }: LoadResult): string {
  const { rate, seconds, listeners, scenario } = asked;
  if (knee) return `from ${rate} runs a second, each rate for ${seconds} s`;
  return scenario === 'listeners'
    ? `${listeners} listeners for ${seconds} s`
    : `${rate} runs a second for ${seconds} s`;
}
