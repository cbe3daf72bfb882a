import type { MetricSample } from './samples.ts';

export interface Exposition {
  /** Metrics with a TYPE line. */
  readonly metrics: readonly ExposedMetric[];
  readonly series: readonly ExposedSeries[];
}

export interface ExposedMetric {
  /** The name of its series: a counter ends in `_total`. */
  name: string;
  type: string;
  /** Only OpenMetrics has it. */
  unit: string | undefined;
}

export interface ExposedSeries {
  name: string;
  labels: Readonly<Record<string, string>>;
  value: number;
}

/** @param text of `/metrics`, in Prometheus' text format or OpenMetrics */
export function parseExposition(text: string): Exposition {
  const types = new Map<string, string>();
  const units = new Map<string, string>();
  const series: ExposedSeries[] = [];
  for (const line of text.split('\n')) {
    const [, keyword, of = '', word = ''] = /^# (TYPE|UNIT) (\S+) (\S+)/.exec(line) ?? [];
    if (keyword !== undefined) (keyword === 'TYPE' ? types : units).set(of, word);
    const [, name, labels = '', value] =
      /^([a-zA-Z_:][\w:]*)(?:\{((?:[^"}]|"(?:[^"\\]|\\.)*")*)\})? (\S+)/.exec(line) ?? [];
    if (name !== undefined)
      series.push({ name, labels: parseLabels(labels), value: Number(value) });
  }
  const metrics = [...types].map(([name, type]) => ({
    name: type === 'counter' && !name.endsWith('_total') ? `${name}_total` : name,
    type,
    unit: units.get(name),
  }));
  return { metrics, series };
}

/** The metrics as samples of Weaver. @param ucum units in UCUM, by units of OpenMetrics */
export function metricSamples(
  { metrics, series }: Exposition,
  from: string,
  ucum: Readonly<Record<string, string>>,
): MetricSample[] {
  const byName = Map.groupBy(series, ({ name }) => name);
  return metrics.map(({ name, type, unit }) => {
    const isCounted = type === 'histogram';
    const points = byName.get(isCounted ? `${name}_count` : name) ?? [];
    return {
      name,
      instrument: type,
      unit: unit === undefined ? '1' : (ucum[unit] ?? unit),
      data_points: points.map(({ labels, value }) => ({
        attributes: Object.entries(labels).map(([label, of]) => ({ name: label, value: of })),
        ...(isCounted ? { count: value } : { value }),
      })),
      from,
    };
  });
}

function parseLabels(text: string): Record<string, string> {
  const pairs = text.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g);
  return Object.fromEntries([...pairs].map(([, label, value]) => [label!, value!]));
}
