import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Exemplar } from './instruments.ts';
import type { MetricDefinition } from './metric.ts';
import { labelSetsOf, type LabelGuard, type Labels, OVERFLOW } from './label-guard.ts';
import { createSeriesCap } from './series-cap.ts';

/** All recording methods; each metric type has some of them. */
export interface AnyInstrument {
  inc?(labels?: Labels, value?: number): void;
  dec?(labels?: Labels, value?: number): void;
  set?(labels: Labels, value: number): void;
  observe?(labels: Labels, value: number, exemplar?: Exemplar): void;
  zero?(labels: Labels): void;
}

export interface GaugeInstrument extends AnyInstrument {
  /** Replaces all series of the gauge. */
  replace(readings: readonly { labels: Labels; value: number }[]): void;
}

/** What bounds the series of all metrics of a registry. */
interface Limits {
  labelGuard: LabelGuard;
  /** Milliseconds of a clock that never goes back. */
  now: () => number;
  /** Called with a label when a new label set finds no free place. */
  onFull: (label: string) => void;
}

/** Creates the metric in the Prometheus client. Series of bounded labels start at zero. */
export function createInstrument(
  definition: MetricDefinition,
  registry: Registry,
  limits: Limits,
): AnyInstrument {
  switch (definition.type) {
    case 'counter':
      return createCounter(definition, registry, limits);
    case 'gauge':
      return createGauge(definition, registry, limits);
    case 'histogram':
      return createHistogram(definition, registry, limits);
  }
}

function createCounter(
  definition: MetricDefinition,
  registry: Registry,
  limits: Limits,
): AnyInstrument {
  const counter = new Counter(base(definition, registry));
  for (const labels of labelSetsOf(definition)) counter.inc(labels, 0);
  const guard = guardOf(definition, limits, (labels) => counter.remove(labels));
  return {
    inc: (labels = {}, value = 1) => counter.inc(guard(labels), value),
  };
}

function createGauge(
  definition: MetricDefinition,
  registry: Registry,
  limits: Limits,
): GaugeInstrument {
  const gauge = new Gauge(base(definition, registry));
  // A gauge has few labels, and forgets its series at each scrape.
  const guard = limits.labelGuard.of(definition, (labels) => gauge.remove(labels));
  return {
    set: (labels, value) => gauge.set(guard(labels), value),
    inc: (labels = {}, value = 1) => gauge.inc(guard(labels), value),
    dec: (labels = {}, value = 1) => gauge.dec(guard(labels), value),
    replace(readings) {
      gauge.reset();
      // reset() would set a gauge without labels to 0, which is a value. It must be absent.
      gauge.remove({});
      // Values beyond the label limit are summed as `other`.
      for (const { labels, value } of readings) gauge.inc(guard(labels), value);
    },
  };
}

function createHistogram(
  definition: MetricDefinition & { type: 'histogram' },
  registry: Registry,
  limits: Limits,
): AnyInstrument {
  const { buckets, exemplars } = definition;
  const histogram = new Histogram({
    ...base(definition, registry),
    buckets: [...buckets],
    enableExemplars: true,
  });
  for (const labels of labelSetsOf(definition)) histogram.zero(labels);
  const guard = guardOf(definition, limits, (labels) => histogram.remove(labels));
  return {
    observe: (labels, value, exemplar) =>
      histogram.observe({
        labels: guard(labels),
        value,
        ...(exemplars && exemplar !== undefined && { exemplarLabels: exemplar }),
      }),
    zero(labels) {
      const guarded = guard(labels);
      // Other values share this series and keep their counts.
      if (!Object.values(guarded).includes(OVERFLOW)) histogram.zero(guarded);
    },
  };
}

/** @param remove removes the series with these labels */
function guardOf(
  definition: MetricDefinition,
  limits: Limits,
  remove: (labels: Labels) => void,
): (labels: Labels) => Labels {
  const cap = createSeriesCap(definition, limits, remove);
  const guard = limits.labelGuard.of(definition, (labels) => {
    remove(labels);
    cap.forget(labels);
  });
  return (labels) => cap.shorten(guard(labels), labels['heldBy']);
}

function base(definition: MetricDefinition, registry: Registry) {
  return {
    name: definition.name,
    help: definition.help,
    labelNames: Object.keys(definition.labels),
    registers: [registry],
  };
}
