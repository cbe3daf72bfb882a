import { Counter, Gauge, type Metric, type Registry } from 'prom-client';
import type { MetricDefinition } from '@aio/catalog/metric';
import { createByLabels } from './by-labels.ts';
import { createCounts } from './counts.ts';
import { labelSetsOf, type Labels } from './label-guard.ts';
import { createObservations } from './observations.ts';

/** The recording side of any metric; which of them exist depends on its type. */
export interface AnyInstrument {
  inc?(labels?: Labels, value?: number): void;
  dec?(labels?: Labels, value?: number): void;
  set?(labels: Labels, value: number): void;
  observe?(labels: Labels, value: number, traceId?: string): void;
  /** Has all series vanish in which the label `name` has this value; some of them may come back, at zero. */
  remove(name: string, value: string): void;
}

export interface GaugeInstrument extends AnyInstrument {
  /** Puts these series in the place of all others of the gauge. */
  replace(readings: readonly { labels: Labels; value: number }[]): void;
}

type Guard = (labels: Labels) => Labels;

/** Makes the Prometheus client's metric; series of bounded labels exist, at zero, from then on. */
export function createInstrument(
  definition: MetricDefinition,
  registry: Registry,
  guard: Guard,
): AnyInstrument {
  switch (definition.type) {
    case 'counter':
      return createCounter(definition, registry, guard);
    case 'gauge':
      return createGauge(definition, registry, guard);
    case 'histogram':
      return createHistogram(definition, registry, guard);
  }
}

function createCounter(
  definition: MetricDefinition,
  registry: Registry,
  guard: Guard,
): AnyInstrument {
  const counts = createCounts(Object.keys(definition.labels));
  const counter = new Counter<string>({
    ...base(definition, registry),
    collect: () => counts.take((labels, value) => counter.inc(labels, value)),
  });
  for (const labels of labelSetsOf(definition) ?? []) counter.inc(labels, 0);
  return {
    inc: (labels = {}, value = 1) => counts.add(guard(labels), value),
    remove: (name, value) => {
      for (const labels of counts.remove(name, value)) counter.remove(labels);
    },
  };
}

function createGauge(
  definition: MetricDefinition,
  registry: Registry,
  guard: Guard,
): GaugeInstrument {
  const gauge = new Gauge<string>(base(definition, registry));
  const series = createByLabels(Object.keys(definition.labels), (labels) => labels);
  const seriesOf = (labels: Labels) => series.get(guard(labels));
  return {
    set: (labels, value) => gauge.set(seriesOf(labels), value),
    inc: (labels = {}, value = 1) => gauge.inc(seriesOf(labels), value),
    dec: (labels = {}, value = 1) => gauge.dec(seriesOf(labels), value),
    remove: (name, value) => {
      for (const labels of series.remove(name, value)) gauge.remove(labels);
    },
    replace(readings) {
      gauge.reset();
      // reset() leaves a gauge without labels at 0, which is a value; absent is not.
      gauge.remove({});
      for (const { labels, value } of readings) gauge.set(seriesOf(labels), value);
    },
  };
}

/**
 * The client's own takes values one by one, each for six times what it takes to gather them (0.26 µs), and writes the
 * labels of each bucket anew for each scrape: a worker with 50 workflows answered in 11.0 ms, and in 9.3 without.
 */
function createHistogram(
  definition: MetricDefinition & { type: 'histogram' },
  registry: Registry,
  guard: Guard,
): AnyInstrument {
  const { name, help, type, buckets, exemplars } = definition;
  const labels = Object.keys(definition.labels);
  const observations = createObservations({ name, labels, bounds: buckets });
  for (const set of labelSetsOf(definition) ?? []) observations.begin(set);
  const get = async () => ({ name, help, type, values: observations.samples() });
  // It asks for no more of a metric than this; its types name all classes of its own.
  registry.registerMetric({ name, help, type, get } as unknown as Metric);
  return {
    observe: (set, value, traceId) =>
      observations.add(guard(set), value, exemplars ? traceId : undefined),
    remove: observations.remove,
  };
}

function base(definition: MetricDefinition, registry: Registry) {
  return {
    name: definition.name,
    help: definition.help,
    labelNames: Object.keys(definition.labels),
    registers: [registry],
  };
}
