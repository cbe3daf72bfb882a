import { METRICS } from '@aio/catalog/metrics/all-metrics';
import {
  type ClientMetricDefinition,
  type MetricDefinition,
  type ProcessName,
} from '@aio/catalog/metrics/metric';
import { type ExposedSeries, type Exposition, parseExposition } from './exposition.ts';
import { isBounded, type Label } from '@aio/metrics';
import { PROCESS_METRICS } from '@aio/catalog/metrics/process';
import { seriesNames } from '@aio/catalog/metrics/series';
import type { System } from '@aio/tools/system/system';
import type { SystemProcess } from '@aio/tools/system/system-process';

interface Known {
  metric: string;
  type: string;
  /** null = open. */
  labels: Readonly<Record<string, readonly string[] | null>>;
}

/** Metrics that have series only at times, with the reason. */
const AT_TIMES: Readonly<Record<string, string>> = {
  aio_queue_waiting_by_workflow: 'while a run is unfinished',
  aio_queue_waiting_by_owner: 'while a run is unfinished',
  aio_queue_oldest_age_by_owner_seconds: 'while a run is unfinished',
  aio_process_memory_limit_bytes: 'with a memory limit',
  aio_lease_taken_over_timestamp_seconds: 'once a worker has lost its runs',
};

/**
 * Compares scrapes with the catalogue. Each metric exists in every process that exposes it, with a series in at least one.
 * Each series is in the catalogue, including its type, labels and bounded values.
 * @param mayLackSeries whether a metric may have no series
 * @returns one line per fault
 */
export function checkNames(
  processes: readonly ScrapedProcess[],
  { mayLackSeries = false } = {},
): string[] {
  return Object.values(Object.groupBy(processes, ({ job }) => job)).flatMap((replicas) =>
    checkJob(replicas, mayLackSeries),
  );
}

function checkJob(replicas: readonly ScrapedProcess[], mayLackSeries: boolean): string[] {
  const job = (replicas[0] as ScrapedProcess).job;
  const known = knownSeries(job);
  const metrics = [...new Set([...known.values()].map(({ metric }) => metric))];
  const filled = new Set(
    replicas.flatMap(({ exposition }) =>
      exposition.series.flatMap(({ name }) => known.get(name)?.metric ?? []),
    ),
  );
  const absent = metrics.flatMap((metric) => [
    ...replicas
      .filter(({ exposition }) => !exposition.metrics.some(({ name }) => name === metric))
      .map(({ name }) => `${name}: /metrics lacks ${metric}`),
    ...(filled.has(metric) || metric in AT_TIMES || mayLackSeries
      ? []
      : [`${job}: ${metric} has no series`]),
  ]);
  const foreign = replicas.flatMap(({ name, exposition }) =>
    exposition.series.flatMap((series) => {
      const fault = findFault(series, known.get(series.name));
      return fault === null ? [] : [`${name}: ${series.name} ${fault}`];
    }),
  );
  const types = new Map([...known.values()].map(({ metric, type }) => [metric, type]));
  const mistyped = replicas.flatMap(({ name, exposition }) =>
    exposition.metrics
      .filter((metric) => metric.type !== (types.get(metric.name) ?? metric.type))
      .map(
        (metric) => `${name}: ${metric.name} is a ${metric.type}, not a ${types.get(metric.name)}`,
      ),
  );
  return [...absent, ...mistyped, ...new Set(foreign)];
}

/** The fault of a series; null = the catalogue has it. */
function findFault({ labels }: ExposedSeries, known: Known | undefined): string | null {
  if (!known) return 'is not in the catalogue';
  for (const [label, value] of Object.entries(labels)) {
    const values = known.labels[label];
    if (values === undefined) return `has a label ${label} that the catalogue does not list`;
    if (values !== null && !values.includes(value))
      return `has ${label}="${value}", which the catalogue does not list`;
  }
  return null;
}

function knownSeries(job: ProcessName): Map<string, Known> {
  const known = new Map<string, Known>();
  const ours = Object.values<MetricDefinition>(METRICS).filter(
    ({ exposedBy, needs }) =>
      (exposedBy === 'both' || exposedBy === job) && needs !== 'read replica',
  );
  for (const metric of ours) add(known, metric, mapValues(metric.labels, valuesOf));
  for (const metric of PROCESS_METRICS)
    add(known, metric, Object.fromEntries(metric.labels.map((label) => [label, null])));
  return known;
}

function add(
  known: Map<string, Known>,
  metric: Pick<ClientMetricDefinition, 'name' | 'type'>,
  labels: Known['labels'],
): void {
  const ofType = metric.type === 'histogram' ? { le: null } : {};
  for (const name of seriesNames(metric))
    known.set(name, {
      metric: metric.name,
      type: metric.type,
      labels: { ...labels, ...ofType },
    });
}

function valuesOf(label: Label): readonly string[] | null {
  return isBounded(label) ? label : null;
}

function mapValues<From, To>(
  from: Readonly<Record<string, From>>,
  change: (value: From) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(from).map(([key, value]) => [key, change(value)]));
}

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
