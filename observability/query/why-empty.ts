import { METRICS } from '@aio/catalog/metrics/all-metrics';
import { EXPORTER_SERIES } from '@aio/catalog/metrics/exporter-series';
import type { ProcessName } from '@aio/catalog/metrics/metric';
import { PROCESS_METRICS } from '@aio/catalog/metrics/process';
import { seriesNames } from '@aio/catalog/metrics/series';
import type { Series } from './prometheus.ts';

/** Jobs of the exporters, the proxy and the collector, by the first word of their series. */
const EXPORTERS = {
  pg: 'postgres',
  redis: 'redis',
  haproxy: 'proxy',
  node: 'host',
  otelcol: 'collector',
} as const;

/** A job of Prometheus that exposes series of boards. */
export type Job = ProcessName | (typeof EXPORTERS)[keyof typeof EXPORTERS];

/**
 * Why queries have no data. `missing`: Prometheus has no target of this job. `down`: it reaches none of them.
 * `nothing_yet`: the targets are up, but no such series has a sample in the time range.
 */
export type WhyEmpty = { reason: 'missing' | 'down'; job: Job } | { reason: 'nothing_yet' };

/** @param up the answer to the query `up` */
export function whyEmpty(promqls: readonly string[], up: readonly Series[]): WhyEmpty {
  for (const jobs of promqls.flatMap(jobsOf)) {
    const targets = up.filter(({ labels }) => jobs.some((job) => job === labels['job']));
    if (targets.length === 0) return { reason: 'missing', job: jobs[0]! };
    if (targets.every(({ samples }) => samples.at(-1)?.value === 0))
      return { reason: 'down', job: targets[0]!.labels['job'] as Job };
  }
  return { reason: 'nothing_yet' };
}

const BOTH: readonly Job[] = ['api', 'worker'];
/** By series, the jobs of which each exposes it. */
const JOBS: ReadonlyMap<string, readonly Job[]> = new Map([
  ...PROCESS_METRICS.flatMap((metric) => seriesNames(metric).map((name) => [name, BOTH] as const)),
  ...Object.values(METRICS).flatMap((metric) => {
    const jobs = metric.exposedBy === 'both' ? BOTH : [metric.exposedBy];
    return seriesNames(metric).map((name) => [name, jobs] as const);
  }),
  ...Object.keys(EXPORTER_SERIES).map((name) => {
    const word = name.slice(0, name.indexOf('_')) as keyof typeof EXPORTERS;
    return [name, [EXPORTERS[word]]] as const;
  }),
]);

/** For each series in the query whose jobs are known, its jobs. */
function jobsOf(promql: string): (readonly Job[])[] {
  const words = promql.match(/[a-z_:][\w:]*/gi) ?? [];
  return words.flatMap((word) => {
    const jobs = JOBS.get(word);
    return jobs === undefined ? [] : [jobs];
  });
}
