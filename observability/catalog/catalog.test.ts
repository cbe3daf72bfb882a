import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { METRICS } from './metrics/all-metrics.ts';
import { ATTRIBUTES } from './traces/attributes.ts';
import { HTTP_METHODS, httpMethodLabel, LABELS_WITH_PLACES } from './metrics/labels.ts';
import { LOG_EVENTS } from './logs/log-events.ts';
import { isBounded, mostSeries } from '@aio/metrics';
import type { MetricDefinition } from './metrics/metric.ts';
import { PROCESS_METRICS } from './metrics/process.ts';
import type { Series } from '@aio/slo/query';
import { allSeriesNames, seriesNames } from './metrics/series.ts';
import { SLOS } from './objectives/slos.ts';
import { type Slo } from '@aio/slo/slo';
import { SPAN_RULES } from './traces/span-rules.ts';
import { SPANS, spanName, type SpanKey } from './traces/spans.ts';

const definitions: MetricDefinition[] = Object.values(METRICS);
const SUFFIX_OF_UNIT: Partial<Record<MetricDefinition['unit'], string>> = {
  seconds: '_seconds',
  bytes: '_bytes',
  usd: '_usd',
  tokens: '_tokens',
};

describe('every metric', () => {
  for (const metric of definitions) {
    test(metric.name, () => {
      assert.match(metric.name, /^(aio|gen_ai)_[a-z][a-z0-9_]*$/);
      assert.equal(metric.name.endsWith('_total'), metric.type === 'counter', '_total');
      const stem = metric.name.replace(/_total$/, '');
      assert.ok(stem.endsWith(SUFFIX_OF_UNIT[metric.unit] ?? ''), `unit ${metric.unit}`);
      assert.match(metric.help, /\.$/);
      for (const [label, spec] of Object.entries(metric.labels)) {
        assert.match(label, /^[a-z][a-z_]*$/);
        assert.doesNotMatch(label, /(^|_)id$|^path$|^url$/, 'labels are never ids or paths');
        if (isBounded(spec)) assert.equal(new Set(spec).size, spec.length);
        else assert.ok(spec.upTo > 0 && spec.upTo <= (spec.within ? 200 : 100));
        if (!isBounded(spec) && spec.within) {
          const names = Object.keys(metric.labels);
          assert.ok(names.slice(0, names.indexOf(label)).includes(spec.within), 'named before');
        }
      }
      if (metric.type === 'histogram') {
        const ascending = metric.buckets.toSorted((a, b) => a - b);
        assert.deepEqual(metric.buckets, ascending);
        assert.equal(new Set(metric.buckets).size, metric.buckets.length);
      }
    });
  }

  test('has a unique name', () => {
    const names = [...definitions, ...PROCESS_METRICS].map(({ name }) => name);
    assert.equal(new Set(names).size, names.length);
  });
});

test('full places are counted of every open label', () => {
  const open = definitions.flatMap(({ labels }) =>
    Object.entries(labels).flatMap(([label, spec]) =>
      isBounded(spec) || spec.upTo === 1 ? [] : [label],
    ),
  );
  assert.deepEqual(new Set(LABELS_WITH_PLACES), new Set(open));
});

test('a process has at most 10,000 series', () => {
  // With the heap spaces and collections of the Prometheus client.
  const ofClient = 60;
  for (const process of ['api', 'worker'] as const) {
    const own = definitions.filter(({ exposedBy }) => [process, 'both'].includes(exposedBy));
    const most = own.reduce((sum, metric) => sum + mostSeries(metric), ofClient);
    assert.ok(most <= 10_000, `${process}: ${most}`);
  }
});

test('objectives count from series that exist from the start of a process', () => {
  for (const { title, uncounted: _, ...slo } of Object.values<Slo>(SLOS)) {
    const counted = Object.values(slo).flat().filter(isSeries);
    assert.ok(counted.length >= 2, title);
    for (const { promql } of counted) {
      const name = promql.replace(/\{.*/, '');
      const metric = definitions.find((one) => seriesNames(one).includes(name));
      assert.ok(metric && metric.type !== 'gauge', `${title}: ${name}`);
      assert.ok(Object.values(metric.labels).every(isBounded), `${title}: ${name}`);
    }
  }
});

function isSeries(value: unknown): value is Series<string> {
  return typeof value === 'object' && value !== null && 'isSeries' in value;
}

for (const [key, slo] of [
  ['httpRequestDuration', 'apiLatency'],
  ['runTime', 'runDuration'],
  ['stepQueueTime', 'queueTime'],
  ['runQueueTime', 'queueTime'],
] as const)
  test(`quantiles near the objective are exact to 25 %: ${key}`, () => {
    const { boundSeconds: bound } = SLOS[slo];
    const buckets: readonly number[] = METRICS[key].buckets;
    assert.ok(buckets.includes(bound));
    for (const [index, upper] of buckets.entries()) {
      const lower = buckets[index - 1] ?? 0;
      if (upper <= bound / 2 || lower >= bound * 2) continue;
      assert.ok(upper <= lower * 1.25, `from ${lower} to ${upper}`);
    }
  });

test('quantiles of attempts and queue times are exact to 25 % from 0.1 to 10 s', () => {
  for (const key of ['stepExecution', 'runQueueTime', 'stepQueueTime'] as const) {
    const { buckets } = METRICS[key];
    for (const [index, upper] of buckets.entries()) {
      const lower = buckets[index - 1] ?? 0;
      if (upper <= 0.1 || lower >= 10) continue;
      assert.ok(upper <= lower * 1.25 + 1e-9, `${key}: from ${lower} to ${upper}`);
    }
  }
});

test('series of a histogram have its suffixes', () => {
  const name = METRICS.runDuration.name;
  assert.deepEqual(seriesNames(METRICS.runDuration), [
    `${name}_bucket`,
    `${name}_sum`,
    `${name}_count`,
  ]);
  assert.ok(allSeriesNames().has('nodejs_gc_duration_seconds_sum'));
});

test('an unknown method counts as other', () => {
  assert.equal(httpMethodLabel('GET'), 'GET');
  assert.equal(httpMethodLabel('BREW'), 'other');
  assert.ok(HTTP_METHODS.includes('other'));
});

test('span names are filled in', () => {
  assert.equal(spanName('httpServer', { method: 'GET', route: '/runs/:id' }), 'GET /runs/:id');
  assert.equal(spanName('run', { workflow: 'triage' }), 'run triage');
  // @ts-expect-error the part is called workflow
  assert.equal(spanName('run', { workflw: 'triage' }), 'run ');
});

test('no attribute is listed twice', () => {
  const keys = Object.values(ATTRIBUTES);
  assert.equal(new Set(keys).size, keys.length);
  for (const { name, attributes } of Object.values(SPANS)) {
    assert.equal(new Set(attributes).size, attributes.length, name);
  }
});

test('required attributes of a span are in its list, and its rule names no place twice', () => {
  for (const [key, { parents, links = [], required }] of Object.entries(SPAN_RULES)) {
    const attributes: readonly string[] = SPANS[key as SpanKey].attributes;
    for (const one of required) assert.ok(attributes.includes(one), `${key}: ${one}`);
    for (const places of [parents, links]) assert.equal(new Set(places).size, places.length, key);
    assert.ok(parents.length > 0, key);
  }
});

test('every log event has a name of its own', () => {
  const names = Object.values(LOG_EVENTS).map(([name]) => name);
  assert.equal(new Set(names).size, names.length);
  for (const name of names)
    assert.match(name, /^(aio(\.[a-z][a-z_]*){2}|gen_ai\.client\.[a-z.]+|exception)$/);
});
