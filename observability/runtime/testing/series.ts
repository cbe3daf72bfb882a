import type { ProcessName } from '@aio/catalog/metrics/metric';
import { createMetrics, type MetricsConfig } from '../metrics.ts';

type Options = Pick<
  Partial<MetricsConfig<ProcessName>>,
  'collectTimeoutMs' | 'defaults' | 'hashOwners' | 'now' | 'parts'
>;

/** Metrics of a process, and the lines of a scrape with the series of a name, which `valuesOf` leaves out. */
export function createSeries<P extends ProcessName>(process: P, options: Options = {}) {
  const version = '1.2.3';
  const created = createMetrics({ process, enabled: true, defaults: false, version, ...options });
  async function series(name: string): Promise<string[]> {
    const { body } = await created.scrape();
    return body
      .split('\n')
      .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
  }
  const valuesOf = async (name: string) =>
    (await series(name)).map((line) => line.slice(name.length)).sort();
  return { ...created, series, valuesOf };
}
