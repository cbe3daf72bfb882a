import { LOAD_METRICS } from '@aio/catalog/load-metrics';
import { listLoadThresholds } from '@aio/catalog/load-thresholds';
import { JOURNEY, SLOS } from '@aio/catalog/slos';
import { formatMs, formatShare } from './format.ts';
import type { K6Metric, K6Summary } from './k6-summary.ts';

export interface Objective {
  title: string;
  /** k6's name. */
  metric: string;
  expression: string;
  /** null = not measured. */
  measured: number | null;
  kept: boolean;
}

/** Thresholds that always pass. They make k6 keep the figures. */
const ALWAYS = /^(max|rate|count)>=0$/;
/** If k6 drops a larger share of iterations, it did not offer the rate. */
const MOST_DROPPED = 0.01;

/** Every threshold with its measured value, and whether k6 offered the full load. */
export function readObjectives({ metrics }: K6Summary): Objective[] {
  const found = Object.entries(metrics).flatMap(([name, metric]) =>
    Object.entries(metric.thresholds ?? {})
      .filter(([expression]) => !ALWAYS.test(expression))
      .map(([expression, { ok }]) => ({
        title: titleOf(name),
        metric: name,
        expression,
        measured: measuredOf(metric, expression),
        kept: ok,
      })),
  );
  const countOf = (name: string) => metrics[name]?.values['count'] ?? 0;
  const dropped = countOf('dropped_iterations');
  const share = dropped === 0 ? 0 : dropped / (dropped + countOf('iterations'));
  return [
    // k6 returns them in any order.
    ...found.toSorted((a, b) => a.title.localeCompare(b.title)),
    {
      title: 'Load not offered',
      metric: 'dropped_iterations',
      expression: `rate<${MOST_DROPPED}`,
      measured: share,
      kept: share < MOST_DROPPED,
    },
  ];
}

function titleOf(name: string): string {
  const [metric = '', tags = ''] = name.replace('}', '').split('{');
  const base = (other: string) => other.split('{')[0];
  const slo = listLoadThresholds().find((threshold) => base(threshold.metric) === metric)?.slo;
  const where = /scenario:([\w-]+)/.exec(tags)?.[1];
  const own: Record<string, string> = {
    checks: 'Correct answers',
    [LOAD_METRICS.eventDelay]: 'Run end received',
    [LOAD_METRICS.journey]: JOURNEY.title,
    [LOAD_METRICS.journeyFailed]: `${JOURNEY.title}, failed`,
  };
  const title = slo === undefined ? (own[metric] ?? metric) : SLOS[slo].title;
  return where === undefined ? title : `${title}, ${where}`;
}

function measuredOf(metric: K6Metric, expression: string): number | null {
  const isEmpty = metric.type === 'trend' && (metric.values['count'] ?? 0) === 0;
  const key = /^[\w().]+/.exec(expression)?.[0] ?? '';
  return isEmpty ? null : (metric.values[key] ?? null);
}

/** Title, measured value and limit, e.g. `API latency`, `431 ms` and `99 % < 250 ms`. */
export function describeObjective({
  title,
  expression,
  measured,
}: Objective): [title: string, measured: string, limit: string] {
  const [, figure = '', sign = '', limit = ''] =
    /^([\w().]+)([<>=]+)([\d.]+)$/.exec(expression) ?? [];
  const format = figure === 'rate' ? formatShare : formatMs;
  const share = /^p\((\d+(?:\.\d+)?)\)$/.exec(figure)?.[1];
  return [
    title,
    measured === null ? 'not measured' : format(measured),
    `${share === undefined ? '' : `${share} % `}${sign} ${format(Number(limit))}`,
  ];
}

/** e.g. `API latency 431 ms (99 % < 250 ms)` */
export function describeMiss(objective: Objective): string {
  const [title, measured, limit] = describeObjective(objective);
  return `${title} ${measured} (${limit})`;
}
