import { readFileSync } from 'node:fs';

/** A metric of k6's summary, e.g. `load_run_duration` or `http_req_duration{traffic:requests}`. */
export interface K6Metric {
  /** By k6's name: `p(95)` and `count` of a trend, `value` of a rate, `count` and `rate` of a counter. */
  values: Readonly<Record<string, number>>;
  /** Thresholds that the load crossed, e.g. `p(99)<250`. */
  crossed: readonly string[];
}

export type K6Metrics = Readonly<Record<string, K6Metric>>;

/** As k6's `--summary-export` writes it. `true` = the load crossed the threshold. */
type Exported = Record<string, number> & { thresholds?: Record<string, boolean> };

/** @param file that k6 wrote because of `--summary-export` */
export function readSummary(file: string): K6Metrics {
  const { metrics } = JSON.parse(readFileSync(file, 'utf8')) as {
    metrics: Record<string, Exported>;
  };
  return Object.fromEntries(
    Object.entries(metrics).map(([name, { thresholds = {}, ...values }]) => [
      name,
      { values, crossed: Object.keys(thresholds).filter((one) => thresholds[one]) },
    ]),
  );
}

/** e.g. `http_req_duration{traffic:requests} p(99)<250: 431` */
export function listCrossed(metrics: K6Metrics): string[] {
  return Object.entries(metrics).flatMap(([name, { values, crossed }]) =>
    crossed.map((expression) => {
      const figure = /^[\w().]+/.exec(expression)?.[0] ?? '';
      // k6 calls the value of a rate `rate` in thresholds.
      const value = values[figure] ?? values['value'] ?? Number.NaN;
      return `${name} ${expression}: ${Number(value.toPrecision(3))}`;
    }),
  );
}

/** The value; undefined if the load has no sample of the metric. */
export function valueOf(metrics: K6Metrics, name: string, figure: string): number | undefined {
  const values = metrics[name]?.values;
  // A trend without samples has zeros.
  return values?.['count'] === 0 ? undefined : values?.[figure];
}
