export interface Exposition {
  /** Metrics with a TYPE line. */
  readonly metrics: readonly ExposedMetric[];
  readonly series: readonly ExposedSeries[];
}

export interface ExposedMetric {
  /** The name of its series: a counter ends in `_total`. */
  name: string;
  type: string;
}

export interface ExposedSeries {
  name: string;
  labels: Readonly<Record<string, string>>;
  value: number;
}

/** @param text of `/metrics`, in Prometheus' text format */
export function parseExposition(text: string): Exposition {
  const types = new Map<string, string>();
  const series: ExposedSeries[] = [];
  for (const line of text.split('\n')) {
    const [, of, type = ''] = /^# TYPE (\S+) (\S+)/.exec(line) ?? [];
    if (of !== undefined) types.set(of, type);
    const [, name, labels = '', value] =
      /^([a-zA-Z_:][\w:]*)(?:\{((?:[^"}]|"(?:[^"\\]|\\.)*")*)\})? (\S+)/.exec(line) ?? [];
    if (name !== undefined)
      series.push({ name, labels: parseLabels(labels), value: Number(value) });
  }
  const metrics = [...types].map(([name, type]) => ({
    name,
    type,
  }));
  return { metrics, series };
}

function parseLabels(text: string): Record<string, string> {
  const pairs = text.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g);
  return Object.fromEntries([...pairs].map(([, label, value]) => [label!, value!]));
}
