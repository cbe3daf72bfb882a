/** The argument of k6's `handleSummary`. */
export interface K6Summary {
  metrics: Record<string, K6Metric>;
  state: { testRunDurationMs: number };
}

export interface K6Metric {
  type: 'counter' | 'gauge' | 'rate' | 'trend';
  values: Readonly<Record<string, number>>;
  thresholds?: Readonly<Record<string, { ok: boolean }>>;
}

/** Quantiles of a trend, in milliseconds. */
export interface Quantiles {
  count: number;
  p50: number;
  p95: number;
  p99: number;
  max: number;
}

/** @returns undefined = no sample */
export function readTrend({ metrics }: K6Summary, name: string): Quantiles | undefined {
  const values = metrics[name]?.values;
  const count = values?.['count'] ?? 0;
  if (!values || count === 0) return undefined;
  const value = (key: string) => values[key] ?? 0;
  return { count, p50: value('med'), p95: value('p(95)'), p99: value('p(99)'), max: value('max') };
}

export function readCount({ metrics }: K6Summary, name: string): number {
  return metrics[name]?.values['count'] ?? 0;
}

/** Share of true samples of a rate. */
export function readShare({ metrics }: K6Summary, name: string): number {
  return metrics[name]?.values['rate'] ?? 0;
}

/** Values of a tag that splits a metric, e.g. the routes of `http_req_duration{route:…}`. */
export function tagValues({ metrics }: K6Summary, metric: string, tag: string): string[] {
  const start = `${metric}{${tag}:`;
  return Object.keys(metrics)
    .filter((name) => name.startsWith(start) && !name.includes(','))
    .map((name) => name.slice(start.length, -1))
    .sort();
}
