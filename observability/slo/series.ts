/** Selectors of series by their name and labels. For metrics with definitions, see select.ts. */
import { isBounded, type Label } from '@aio/metrics/metric';
import { type Matching, PromqlError, type Series } from './query.ts';

/** Regular expressions: dashboard variables for every label, others only for open labels. */
type Pattern<V extends string> = string extends V ? string : `$${string}`;

/** A value, one of several, or none of several. Regular expressions are anchored, like PromQL's. */
export type Matcher<V extends string> =
  | V
  | readonly V[]
  | { readonly not: V | readonly V[] }
  | { readonly matches: Pattern<V> }
  | { readonly notMatches: Pattern<V> };

/** A label whose values are not known here. */
export const ANY: Label = { upTo: Infinity };

/**
 * A series of another program, or of a recording rule, with its labels.
 * @throws PromqlError for a label that is not among them
 */
export function seriesOf<L extends string>(
  name: string,
  labels: readonly L[],
  matchers: { readonly [K in L]?: Matcher<string> } = {},
): Series<L> {
  return selector<L>(name, Object.fromEntries(labels.map((label) => [label, ANY])), matchers);
}

/**
 * @param labels known values by label
 * @throws PromqlError for an unknown label or value
 */
export function selector<L extends string>(
  name: string,
  labels: Readonly<Record<string, Label>>,
  matchers: object,
): Series<L> {
  const matchings = Object.entries(matchers as Record<string, Matcher<string>>).map(
    ([label, matcher]): Matching => {
      const values = labels[label];
      if (!values) {
        throw new PromqlError(
          `${name} has no label ${label}, only ${Object.keys(labels).join(' ')}`,
        );
      }
      return { label, ...operation(matcher, (value) => check(name, label, values, value)) };
    },
  );
  const text = matchings.map(
    ({ label, operator, value }) => label + operator + JSON.stringify(value),
  );
  return {
    promql: text.length === 0 ? name : `${name}{${text.join(',')}}`,
    labels: Object.keys(labels) as L[],
    isSeries: true,
    matchings,
  };
}

function operation(
  matcher: Matcher<string>,
  checked: (value: string) => string,
): Omit<Matching, 'label'> {
  if (typeof matcher === 'string') return { operator: '=', value: checked(matcher) };
  if ('matches' in matcher) return { operator: '=~', value: matcher.matches };
  if ('notMatches' in matcher) return { operator: '!~', value: matcher.notMatches };
  if ('not' in matcher) {
    const { not } = matcher;
    return typeof not === 'string'
      ? { operator: '!=', value: checked(not) }
      : { operator: '!~', value: oneOf(not.map(checked)) };
  }
  return { operator: '=~', value: oneOf(matcher.map(checked)) };
}

function check(name: string, label: string, values: Label, value: string): string {
  if (isBounded(values) && !values.includes(value)) {
    throw new PromqlError(`${name}: ${label} is never ${value}, only ${values.join(' ')}`);
  }
  return value;
}

function oneOf(values: readonly string[]): string {
  return values.map((value) => value.replaceAll(/[\\^$.|?*+()[\]{}]/g, '\\$&')).join('|');
}
