/**
 * Builds PromQL from parts with typed labels: `by` accepts only existing labels, and both sides of an operation must have
 * the same ones. Selectors come from `createSelectors`, those of other programs' series from `seriesOf`.
 */
import { PromqlError, type Query, type Range, type Series } from './query.ts';

/** PromQL's precedence of binary operators. */
const BINDS = {
  or: 1,
  and: 2,
  unless: 2,
  '==': 3,
  '!=': 3,
  '>': 3,
  '>=': 3,
  '<': 3,
  '<=': 3,
  '+': 4,
  '-': 4,
  '*': 5,
  '/': 5,
} as const;
type Operator = keyof typeof BINDS;

/** Events per second. */
export function rate<L extends string>(series: Series<L>, range: Range): Query<L> {
  return { promql: `rate(${series.promql}[${range}])`, labels: series.labels };
}

/**
 * Events in the range. May be a fraction, because Prometheus extrapolates.
 * @param options `before`: how long ago the range ends
 */
export function increase<L extends string>(
  series: Series<L>,
  range: Range,
  { before }: { before?: Range } = {},
): Query<L> {
  const offset = before === undefined ? '' : ` offset ${before}`;
  return { promql: `increase(${series.promql}[${range}]${offset})`, labels: series.labels };
}

/** Number of changes between samples. */
export function changes<L extends string>(series: Series<L>, range: Range): Query<L> {
  return { promql: `changes(${series.promql}[${range}])`, labels: series.labels };
}

/** The series at an earlier time. */
export function ago<L extends string>(series: Series<L>, range: Range): Query<L> {
  return { promql: `${series.promql} offset ${range}`, labels: series.labels };
}

/** Change of a gauge over the range. */
export function delta<L extends string>(series: Series<L>, range: Range): Query<L> {
  return { promql: `delta(${series.promql}[${range}])`, labels: series.labels };
}

type Aggregate = 'sum' | 'max' | 'min' | 'avg' | 'count';

/**
 * Aggregates each series of a gauge over the range.
 * @param options `every`: interval of the samples to use, default all samples
 */
export function overTime<L extends string>(
  how: Aggregate,
  series: Series<L>,
  range: Range,
  { every }: { every?: Range } = {},
): Query<L> {
  const window = every === undefined ? range : `${range}:${every}`;
  return {
    promql: `${how}_over_time(${series.promql}[${window}])`,
    labels: series.labels,
  };
}

/** Aggregates each series of a query over the range; Prometheus evaluates the query repeatedly. */
export function queryOverTime<L extends string>(
  how: Aggregate,
  query: Query<L>,
  range: Range,
): Query<L> {
  return { promql: `${how}_over_time((${query.promql})[${range}:])`, labels: query.labels };
}

export function sum<L extends string, B extends L = never>(
  query: Query<L>,
  by: readonly B[] = [],
): Query<B> {
  return aggregate('sum', query, by);
}

/** Use it for figures that every replica reports alike. */
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

export function avg<L extends string, B extends L = never>(
  query: Query<L>,
  by: readonly B[] = [],
): Query<B> {
  return aggregate('avg', query, by);
}

/** Number of series. */
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
  if (!buckets.labels.includes('le'))
    throw new PromqlError(`the label "le" is missing in ${buckets.promql}`);
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

/** Seconds since a time, given in seconds since 1970. */
export function age<L extends string>(query: Query<L>): Query<L> {
  return {
    promql: `time() - ${right(query, '-')}`,
    labels: query.labels,
    binds: BINDS['-'],
  };
}

/** Seconds until a time, given in seconds since 1970; negative = it has passed. */
export function timeLeft<L extends string>(query: Query<L>): Query<L> {
  return {
    promql: `${left(query, '-')} - time()`,
    labels: query.labels,
    binds: BINDS['-'],
  };
}

/** `0 / 0` is NaN, on which no alert fires. */
export function divide<L extends string>(a: Query<L>, b: Query<NoInfer<L>> | number): Query<L> {
  return operation(a, '/', b);
}

/** `1 - query`. */
export function rest<L extends string>(query: Query<L>): Query<L> {
  return { promql: `1 - ${right(query, '-')}`, labels: query.labels, binds: BINDS['-'] };
}

/** The series of `a` that compare to `b` as given, with the values of `a`. */
export function where<L extends string>(
  a: Query<L>,
  comparison: '>' | '>=' | '<' | '<=' | '==' | '!=',
  b: Query<NoInfer<L>> | number,
): Query<L> {
  return operation(a, comparison, b);
}

/** The series of `a` that also exist in `b`, compared by `on`, else by all labels. */
export function and<L extends string, M extends string>(
  a: Query<L>,
  b: Query<M>,
  on?: readonly (L & M)[],
): Query<L> {
  return setOperation(a, 'and', b, on);
}

/** The series of `a`, and those of `b` that `a` lacks, compared by `on`. */
export function orElse<L extends string, M extends L>(
  a: Query<L>,
  b: Query<M>,
  on: readonly M[],
): Query<L> {
  return setOperation(a, 'or', b, on);
}

/** The series of `a` that `b` lacks. */
export function unless<L extends string, M extends string>(
  a: Query<L>,
  b: Query<M>,
  on?: readonly (L & M)[],
): Query<L> {
  return setOperation(a, 'unless', b, on);
}

/** The series of `a`, and those of `b` that `a` lacks. */
export function or<L extends string>(a: Query<L>, b: Query<NoInfer<L>>): Query<L> {
  return operation(a, 'or', b);
}

/** A sum, or 0 without series: a counter with open labels is absent until its first event. */
export function orZero(query: Query): Query {
  return { promql: `${left(query, 'or')} or vector(0)`, labels: [], binds: BINDS.or };
}

/** A series that always exists. */
export function always(value: number): Query {
  return { promql: `vector(${value})`, labels: [] };
}

function aggregate<L extends string, B extends L>(
  how: Aggregate,
  query: Query<L>,
  by: readonly B[],
): Query<B> {
  for (const label of by) {
    if (!query.labels.includes(label)) {
      throw new PromqlError(
        `${query.promql} has no label ${label}, only ${query.labels.join(' ')}`,
      );
    }
  }
  const clause = by.length === 0 ? '' : ` by (${by.join(', ')}) `;
  return { promql: `${how}${clause}(${query.promql})`, labels: by };
}

function operation<L extends string>(
  a: Query<L>,
  operator: Operator,
  b: Query<L> | number,
): Query<L> {
  if (typeof b !== 'number' && a.labels.toSorted().join() !== b.labels.toSorted().join()) {
    const sides = [a, b].map((side) => `${side.promql} (${side.labels.join(' ')})`);
    throw new PromqlError(`labels differ: ${sides.join(` ${operator} `)}`);
  }
  const second = typeof b === 'number' ? String(b) : right(b, operator);
  return {
    promql: `${left(a, operator)} ${operator} ${second}`,
    labels: a.labels,
    binds: BINDS[operator],
  };
}

function setOperation<L extends string, M extends string>(
  a: Query<L>,
  operator: 'and' | 'or' | 'unless',
  b: Query<M>,
  on?: readonly (L & M)[],
): Query<L> {
  for (const label of on ?? []) {
    if (!a.labels.includes(label) || !b.labels.includes(label)) {
      throw new PromqlError(
        `label ${label} is not on both sides: ${a.promql} ${operator} ${b.promql}`,
      );
    }
  }
  const clause = on ? ` on (${on.join(', ')})` : '';
  return {
    promql: `${left(a, operator)} ${operator}${clause} ${right(b, operator)}`,
    labels: a.labels,
    binds: BINDS[operator],
  };
}

/** Operators of the same precedence associate from left to right. */
function left({ promql, binds = Infinity }: Query<string>, operator: Operator): string {
  return binds < BINDS[operator] ? `(${promql})` : promql;
}

function right({ promql, binds = Infinity }: Query<string>, operator: Operator): string {
  return binds <= BINDS[operator] ? `(${promql})` : promql;
}
