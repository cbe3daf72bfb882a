/**
 * Series of the catalogue as PromQL selectors. A misspelt metric, label, bounded value or bucket does not compile. If a
 * cast hides it, the selector throws an error with the caller's file.
 */
import { METRICS } from './all-metrics.ts';
import { FOREIGN_SERIES, type ForeignName } from './foreign-series.ts';
import type { MetricKey } from './instruments.ts';
import { type BoundedLabel, isBounded, type Label } from '@aio/metrics';
import type { MetricDefinition } from './metric.ts';
import type { ProcessName } from './metric.ts';
import { PROCESS_METRICS } from './process.ts';
import { PromqlError, type Series, TARGET_LABELS, type TargetLabel } from '../promql.ts';

type Definition<K extends MetricKey> = (typeof METRICS)[K];
type KeyOfType<T extends MetricDefinition['type']> = {
  [K in MetricKey]: Definition<K>['type'] extends T ? K : never;
}[MetricKey];

/** Keys of counters and gauges, which have one series per label set. */
export type PlainKey = KeyOfType<'counter' | 'gauge'>;
export type HistogramKey = KeyOfType<'histogram'>;

/** Labels of a metric's series, including those of the scrape target. */
export type LabelName<K extends MetricKey> = (keyof Definition<K>['labels'] & string) | TargetLabel;

type ValueOf<K extends MetricKey, L> = L extends 'job'
  ? ProcessName
  : L extends keyof Definition<K>['labels']
    ? Definition<K>['labels'][L] extends BoundedLabel
      ? Definition<K>['labels'][L][number]
      : string
    : string;

/** Regular expressions: dashboard variables for every label, others only for open labels. */
type Pattern<V extends string> = string extends V ? string : `$${string}`;

/** A value, one of several, or none of several. Regular expressions are anchored, like PromQL's. */
export type Matcher<V extends string> =
  | V
  | readonly V[]
  | { readonly not: V | readonly V[] }
  | { readonly matches: Pattern<V> }
  | { readonly notMatches: Pattern<V> };

export type Matchers<K extends MetricKey> = {
  readonly [L in LabelName<K>]?: Matcher<ValueOf<K, L>>;
};

type Fraction<N extends number> = N extends N ? (`${N}` extends `${bigint}` ? never : N) : never;

/** Bounds of a histogram that are not integers: `le="1"` may be stored as `le="1.0"`. */
export type Bound<K extends HistogramKey> =
  Definition<K> extends {
    readonly buckets: readonly (infer N extends number)[];
  }
    ? Fraction<N>
    : never;

/** Series of a counter or gauge. */
export function select<K extends PlainKey>(
  key: K,
  matchers: Matchers<K> = {},
): Series<LabelName<K>> {
  const metric = find(key, ['counter', 'gauge']);
  return selector(metric.name, metric.labels, matchers);
}

/** `_count` of a histogram: its number of observations. */
export function countOf<K extends HistogramKey>(
  key: K,
  matchers: Matchers<K> = {},
): Series<LabelName<K>> {
  const metric = find(key, ['histogram']);
  return selector(`${metric.name}_count`, metric.labels, matchers);
}

/** `_sum` of a histogram: the sum of its observations. */
export function sumOf<K extends HistogramKey>(
  key: K,
  matchers: Matchers<K> = {},
): Series<LabelName<K>> {
  const metric = find(key, ['histogram']);
  return selector(`${metric.name}_sum`, metric.labels, matchers);
}

/** All buckets of a histogram, for a quantile or a heat map. */
export function bucketsOf<K extends HistogramKey>(
  key: K,
  matchers: Matchers<K> = {},
): Series<LabelName<K> | 'le'> {
  const metric = find(key, ['histogram']);
  return selector(`${metric.name}_bucket`, { ...metric.labels, le: ANY }, matchers);
}

/** Number of observations of a histogram at or below a bound. */
export function withinBound<K extends HistogramKey>(
  key: K,
  bound: Bound<K>,
  matchers: Matchers<K> = {},
): Series<LabelName<K> | 'le'> {
  const metric = find(key, ['histogram']) as Extract<MetricDefinition, { type: 'histogram' }>;
  if (!metric.buckets.includes(bound)) {
    throw new PromqlError(`${key} has no bucket ${bound}, only ${metric.buckets.join(' ')}`);
  }
  if (Number.isInteger(bound)) {
    throw new PromqlError(
      `${key}: the bucket ${bound} has two spellings; use a bound with a fraction`,
    );
  }
  return selector(
    `${metric.name}_bucket`,
    { ...metric.labels, le: ANY },
    { ...matchers, le: String(bound) },
  );
}

type ProcessMetric = (typeof PROCESS_METRICS)[number];

/** Series of a counter or gauge of the Prometheus client. */
export function selectProcess<N extends ProcessMetric['name']>(
  name: N,
  matchers: TargetMatchers = {},
): Series<ProcessLabel<N>> {
  return selectProcessPart(name, ['counter', 'gauge'], '', matchers);
}

/** `_sum` or `_count` of a histogram of the Prometheus client. */
export function processHistogram<N extends ProcessMetric['name']>(
  name: N,
  part: 'sum' | 'count',
  matchers: TargetMatchers = {},
): Series<ProcessLabel<N>> {
  return selectProcessPart(name, ['histogram'], `_${part}`, matchers);
}

interface TargetMatchers {
  readonly job?: Matcher<ProcessName>;
  readonly instance?: Matcher<string>;
}

type ProcessLabel<N> = TargetLabel | Extract<ProcessMetric, { name: N }>['labels'][number];

function selectProcessPart<N extends ProcessMetric['name']>(
  name: N,
  types: readonly ProcessMetric['type'][],
  suffix: string,
  matchers: TargetMatchers,
): Series<ProcessLabel<N>> {
  const metric = PROCESS_METRICS.find((candidate) => candidate.name === name);
  if (!metric) throw new PromqlError(`the catalogue has no metric of the process ${name}`);
  requireType(name, metric.type, types);
  const labels = Object.fromEntries(metric.labels.map((label) => [label, ANY]));
  return selector(metric.name + suffix, labels, matchers);
}

/** `up` of each target: 1 = the last scrape succeeded. */
export function selectUp(matchers: TargetMatchers = {}): Series<TargetLabel> {
  return selector('up', {}, matchers);
}

/** A series that AIO's processes do not expose, by name. */
export function selectForeign<N extends ForeignName>(
  name: N,
  matchers: { readonly [L in ForeignLabel<N>]?: Matcher<string> } = {},
): Series<ForeignLabel<N>> {
  const labels: readonly ForeignLabel<N>[] | undefined = FOREIGN_SERIES[name];
  if (!labels) throw new PromqlError(`the catalogue has no foreign series ${name}`);
  const known = Object.fromEntries(labels.map((label) => [label, ANY]));
  return { ...selector(name, known, matchers), labels };
}

/** A series of a recording rule, with its labels; see spend-series.ts. */
export function recordedSelector<L extends string>(
  name: string,
  labels: readonly L[],
  matchers: { readonly [K in L]?: Matcher<string> } = {},
): Series<L> {
  const known = Object.fromEntries(labels.map((label) => [label, ANY]));
  return { ...selector<L>(name, known, matchers), labels };
}

type ForeignLabel<N extends ForeignName> = (typeof FOREIGN_SERIES)[N][number];

const ANY: Label = { upTo: Infinity };
const TARGET: Record<TargetLabel, Label> = { job: ['api', 'worker'], instance: ANY };

function find(key: string, types: readonly MetricDefinition['type'][]): MetricDefinition {
  const metric: MetricDefinition | undefined = (METRICS as Record<string, MetricDefinition>)[key];
  if (!metric) throw new PromqlError(`the catalogue has no metric ${key}`);
  requireType(key, metric.type, types);
  return metric;
}

function requireType(name: string, type: string, types: readonly string[]): void {
  if (types.includes(type)) return;
  throw new PromqlError(`${name} is a ${type}; this function takes a ${types.join(' or ')}`);
}

function selector<L extends string>(
  name: string,
  labels: Readonly<Record<string, Label>>,
  matchers: object,
): Series<L> {
  const known: Record<string, Label> = { ...labels, ...TARGET };
  const parts = Object.entries(matchers as Record<string, Matcher<string>>).map(
    ([label, matcher]) => {
      const values = known[label];
      if (!values) {
        throw new PromqlError(
          `${name} has no label ${label}, only ${Object.keys(known).join(' ')}`,
        );
      }
      return label + operation(matcher, (value) => check(name, label, values, value));
    },
  );
  return {
    promql: parts.length === 0 ? name : `${name}{${parts.join(',')}}`,
    labels: [...Object.keys(labels), ...TARGET_LABELS] as L[],
    isSeries: true,
  };
}

function operation(matcher: Matcher<string>, check: (value: string) => string): string {
  if (typeof matcher === 'string') return `=${quote(check(matcher))}`;
  if ('matches' in matcher) return `=~${quote(matcher.matches)}`;
  if ('notMatches' in matcher) return `!~${quote(matcher.notMatches)}`;
  if ('not' in matcher) {
    const { not } = matcher;
    return typeof not === 'string' ? `!=${quote(check(not))}` : `!~${oneOf(not.map(check))}`;
  }
  return `=~${oneOf(matcher.map(check))}`;
}

function check(name: string, label: string, values: Label, value: string): string {
  if (isBounded(values) && !values.includes(value)) {
    throw new PromqlError(`${name}: ${label} is never ${value}, only ${values.join(' ')}`);
  }
  return value;
}

function oneOf(values: readonly string[]): string {
  return quote(values.map((value) => value.replaceAll(/[\\^$.|?*+()[\]{}]/g, '\\$&')).join('|'));
}

function quote(text: string): string {
  return JSON.stringify(text);
}
