import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { MetricDefinition } from '@aio/catalog/metric';
import { createCounts } from './counts.ts';
import { labelSetsOf, type Labels } from './label-guard.ts';

/** The recording side of any metric; which of them exist depends on its type. */
export interface AnyInstrument {
  inc?(labels?: Labels, value?: number): void;
  dec?(labels?: Labels, value?: number): void;
  set?(labels: Labels, value: number): void;
  observe?(labels: Labels, value: number, traceId?: string): void;
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
  return { inc: (labels = {}, value = 1) => counts.add(guard(labels), value) };
}

function createGauge(
  definition: MetricDefinition,
  registry: Registry,
  guard: Guard,
): GaugeInstrument {
  const gauge = new Gauge<string>(base(definition, registry));
  return {
    set: (labels, value) => gauge.set(guard(labels), value),
    inc: (labels = {}, value = 1) => gauge.inc(guard(labels), value),
    dec: (labels = {}, value = 1) => gauge.dec(guard(labels), value),
    replace(readings) {
      gauge.reset();
      // reset() leaves a gauge without labels at 0, which is a value; absent is not.
      gauge.remove({});
      for (const { labels, value } of readings) gauge.set(guard(labels), value);
    },
  };
}

function createHistogram(
  definition: MetricDefinition & { type: 'histogram' },
  registry: Registry,
  guard: Guard,
): AnyInstrument {
  const enableExemplars = definition.exemplars;
  const histogram = new Histogram<string>({
    ...base(definition, registry),
    buckets: [...definition.buckets],
    enableExemplars,
  });
  for (const labels of labelSetsOf(definition) ?? []) histogram.zero(labels);
  if (!enableExemplars) {
    return { observe: (labels, value) => histogram.observe(guard(labels), value) };
  }
  return {
    observe(labels, value, traceId) {
      const exemplar = traceId === undefined ? {} : { exemplarLabels: { trace_id: traceId } };
      histogram.observe({ labels: guard(labels), value, ...exemplar });
    },
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
