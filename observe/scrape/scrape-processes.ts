import type { ProcessName } from '@aio/catalog/metric';
import type { System } from '@aio/loadtest/lib/system';
import type { SystemProcess } from '@aio/loadtest/lib/system-process';
import type { Labels } from '@aio/query/prometheus';

export interface ScrapedProcess {
  /** E.g. `worker-2`. */
  name: string;
  job: ProcessName;
  exposition: Exposition;
}

/** Scrapes `/metrics` of each process. */
export function scrapeProcesses({ apis, workers }: System): Promise<ScrapedProcess[]> {
  const scrape = async (job: ScrapedProcess['job'], { name, metricsUrl }: SystemProcess) => {
    const text = await (await fetch(metricsUrl)).text();
    return { name, job, exposition: parseExposition(text) };
  };
  return Promise.all([
    ...apis.map((api) => scrape('api', api)),
    ...workers.map((worker) => scrape('worker', worker)),
  ]);
}

export interface ExposedSeries {
  name: string;
  labels: Labels;
}

export interface Exposition {
  /** Names of metrics with a TYPE line. */
  metrics: readonly string[];
  series: readonly ExposedSeries[];
}

/** @param text of `/metrics`, in Prometheus' text format */
export function parseExposition(text: string): Exposition {
  const metrics: string[] = [];
  const series: ExposedSeries[] = [];
  for (const line of text.split('\n')) {
    const [, typed] = /^# TYPE (\S+)/.exec(line) ?? [];
    if (typed !== undefined) metrics.push(typed);
    const [, name, labels = ''] = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? \S+$/.exec(line) ?? [];
    if (name !== undefined) series.push({ name, labels: parseLabels(labels) });
  }
  return { metrics, series };
}

function parseLabels(text: string): Labels {
  const pairs = text.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g);
  return Object.fromEntries([...pairs].map(([, label, value]) => [label, value]));
}
