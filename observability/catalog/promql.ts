/**
 * PromQL put together from parts that know their labels: `by` takes only labels that are there, and
 * two sides of an operation must carry the same ones. Selectors come from select.ts.
 */

/** What every scrape adds to a series. */
export const TARGET_LABELS = ['job', 'instance'] as const;
export type TargetLabel = (typeof TARGET_LABELS)[number];

/** An instant vector, and the labels its series carry. */
export interface Query<L extends string = never> {
  readonly promql: string;
  readonly labels: readonly L[];
  /** true = an operation, which needs parentheses inside another. */
  readonly isOperation?: true;
}

/** A plain selector, of which a range can be taken. */
export interface Series<L extends string = never> extends Query<L> {
  readonly isSeries: true;
}

/** A length of time as PromQL writes it, or a variable of Grafana. */
export type Range = `${number}${'ms' | 's' | 'm' | 'h' | 'd'}` | `$__${string}`;

/** A query that the catalogue does not allow; the message starts with the file that asked for it. */
export class PromqlError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'PromqlError';
    const caller = this.stack?.split('\n').find((line) => /^ +at /.test(line) && !OWN.test(line));
    const place = caller?.match(/([\w.-]+\/[\w.-]+\.ts:\d+):\d+\)?$/)?.[1];
    if (place) this.message = `${place}: ${message}`;
  }
}

const OWN = /\/catalog\/(promql|select)\.ts:|PromqlError|<anonymous>|node:internal/;

/** Events a second. */
export function rate<L extends string>(series: Series<L>, range: Range): Query<L> {
  return { promql: `rate(${series.promql}[${range}])`, labels: series.labels };
}

/** Events in the range; a fraction where Prometheus had to extrapolate. */
export function increase<L extends string>(series: Series<L>, range: Range): Query<L> {
  return { promql: `increase(${series.promql}[${range}])`, labels: series.labels };
}

/** How much a gauge went up (or, negative, down) over the range. */
export function delta<L extends string>(series: Series<L>, range: Range): Query<L> {
  return { promql: `delta(${series.promql}[${range}])`, labels: series.labels };
}

type Aggregate = 'sum' | 'max' | 'min' | 'avg' | 'count';

/** One figure for each series of a gauge over the range. */
export function overTime<L extends string>(
  how: Aggregate,
  series: Series<L>,
  range: Range,
): Query<L> {
  return { promql: `${how}_over_time(${series.promql}[${range}])`, labels: series.labels };
}

export function sum<L extends string, B extends L = never>(
  query: Query<L>,
  by: readonly B[] = [],
): Query<B> {
  return aggregate('sum', query, by);
}

/** The way to read what every replica reports alike. */
export function max<L extends string, B extends L = never>(
  query: Query<L>,
  by: readonly B[] = [],
): Query<B> {
  return aggregate('max', query, by);
}

export function min<L extends string, B extends L = never>(
  query: Query<L>,
  by: readonly B[] = [],
): Query<B> {
  return aggregate('min', query, by);
}

/** How many series there are. */
export function count<L extends string, B extends L = never>(
  query: Query<L>,
  by: readonly B[] = [],
): Query<B> {
  return aggregate('count', query, by);
}

/** The `n` largest series. */
export function topk<L extends string>(n: number, query: Query<L>): Query<L> {
  return { promql: `topk(${n}, ${query.promql})`, labels: query.labels };
}

/** A quantile of rates of buckets, e.g. `quantile(0.95, sum(rate(bucketsOf(…), '5m'), ['le']))`. */
export function quantile<L extends string>(
  q: number,
  buckets: Query<L | 'le'>,
): Query<Exclude<L, 'le'>> {
  if (!buckets.labels.includes('le')) throw new PromqlError(`no le in ${buckets.promql}`);
  return {
    promql: `histogram_quantile(${q}, ${buckets.promql})`,
    labels: buckets.labels.filter((label) => label !== 'le') as Exclude<L, 'le'>[],
  };
}

export function plus<L extends string>(a: Query<L>, b: Query<NoInfer<L>> | number): Query<L> {
  return operation(a, '+', b);
}

export function minus<L extends string>(a: Query<L>, b: Query<NoInfer<L>> | number): Query<L> {
  return operation(a, '-', b);
}

export function times<L extends string>(a: Query<L>, b: Query<NoInfer<L>> | number): Query<L> {
  return operation(a, '*', b);
}

/** Without a value where nothing is divided by: `0 / 0` is not a number, and no alert fires on it. */
export function divide<L extends string>(a: Query<L>, b: Query<NoInfer<L>> | number): Query<L> {
  return operation(a, '/', b);
}

/** `1 - query`. */
export function rest<L extends string>(query: Query<L>): Query<L> {
  return { promql: `1 - ${operand(query)}`, labels: query.labels, isOperation: true };
}

/** The series of `a` that are above, below, ... `b`; their value is that of `a`. */
export function where<L extends string>(
  a: Query<L>,
  comparison: '>' | '>=' | '<' | '<=' | '==' | '!=',
  b: Query<NoInfer<L>> | number,
): Query<L> {
  return operation(a, comparison, b);
}

/** The series of `a` for which `b` has one as well; compared by `on`, else by all labels. */
export function and<L extends string, M extends string>(
  a: Query<L>,
  b: Query<M>,
  on?: readonly (L & M)[],
): Query<L> {
  return setOperation(a, 'and', b, on);
}

/** The series of `a` for which `b` has none. */
export function unless<L extends string, M extends string>(
  a: Query<L>,
  b: Query<M>,
  on?: readonly (L & M)[],
): Query<L> {
  return setOperation(a, 'unless', b, on);
}

/** A sum over all series, 0 when there are none: a counter of open labels is absent until its first event. */
export function orZero(query: Query): Query {
  return { promql: `${operand(query)} or vector(0)`, labels: [], isOperation: true };
}

/** 1 when there is no such series at all. */
export function absent<L extends string>(series: Series<L>): Query {
  return { promql: `absent(${series.promql})`, labels: [] };
}

function aggregate<L extends string, B extends L>(
  how: Aggregate,
  query: Query<L>,
  by: readonly B[],
): Query<B> {
  for (const label of by) {
    if (!query.labels.includes(label)) {
      throw new PromqlError(`no label ${label} in ${query.promql}, only ${query.labels.join(' ')}`);
    }
  }
  const clause = by.length === 0 ? '' : ` by (${by.join(', ')}) `;
  return { promql: `${how}${clause}(${query.promql})`, labels: by };
}

function operation<L extends string>(
  a: Query<L>,
  operator: string,
  b: Query<L> | number,
): Query<L> {
  if (typeof b !== 'number' && a.labels.toSorted().join() !== b.labels.toSorted().join()) {
    const sides = [a, b].map((side) => `${side.promql} (${side.labels.join(' ')})`);
    throw new PromqlError(`labels differ: ${sides.join(` ${operator} `)}`);
  }
  const right = typeof b === 'number' ? String(b) : operand(b);
  return { promql: `${operand(a)} ${operator} ${right}`, labels: a.labels, isOperation: true };
}

function setOperation<L extends string, M extends string>(
  a: Query<L>,
  operator: 'and' | 'unless',
  b: Query<M>,
  on?: readonly (L & M)[],
): Query<L> {
  for (const label of on ?? []) {
    if (!a.labels.includes(label) || !b.labels.includes(label)) {
      throw new PromqlError(`no label ${label} on both sides: ${a.promql} ${operator} ${b.promql}`);
    }
  }
  const clause = on ? ` on (${on.join(', ')})` : '';
  return {
    promql: `${operand(a)} ${operator}${clause} ${operand(b)}`,
    labels: a.labels,
    isOperation: true,
  };
}

function operand(query: Query<string>): string {
  return query.isOperation ? `(${query.promql})` : query.promql;
}
