/** Concrete series of events, for tests of rules. */
import type { Matching, Series } from './query.ts';
import { selector } from './series.ts';
import { type Counted, seriesOfEvents, type Slo } from './slo.ts';
import type { SamplesOf } from './rule-tests.ts';

/** Values to try where a matcher excludes values or is a pattern. */
const USUAL = [
  '200',
  '2xx',
  '500',
  '503',
  '5xx',
  '404',
  'GET',
  'OK',
  'true',
  'false',
  '0',
  'other',
];

/**
 * One series of good and one of bad events of an objective, found by its matchers.
 * @throws Error if no value fits a pattern: `examples` has to name one
 */
export function samplesOf(key: string, slo: Slo): SamplesOf {
  const { good, bad, total } = firstOf(slo);
  const example = (series: Series<string>, of: 'good' | 'bad', without?: Series<string>) =>
    exampleOf(series, {
      given: slo.examples?.[of] ?? {},
      without,
      onMissing: (label) =>
        `slos.${key}.examples.${of}: name a value of the label ${label}, for the tests of the alerts`,
    });
  return (bads, goods, all) => {
    if (bad && good)
      return [
        [example(bad, 'bad'), bads],
        [example(good, 'good'), goods],
      ];
    if (bad && total)
      return [
        [example(bad, 'bad'), bads],
        [example(total, 'good', bad), goods],
      ];
    if (nameOf(good!) === nameOf(total!))
      return [
        [example(total!, 'bad', good), bads],
        [example(good!, 'good'), goods],
      ];
    // A bucket and its count.
    return [
      [example(good!, 'good'), goods],
      [example(total!, 'good'), all],
    ];
  };
}

function firstOf(slo: Slo): Partial<Record<'good' | 'bad' | 'total', Series<string>>> {
  const counted = (['good', 'bad', 'total'] as const)
    .filter((what) => what in slo)
    .map((what) => [what, seriesOfEvents(slo[what as keyof Slo] as Counted)[0]]);
  return Object.fromEntries(counted) as ReturnType<typeof firstOf>;
}

interface Wish {
  given: Readonly<Record<string, string>>;
  /** Series that must not contain the example. */
  without: Series<string> | undefined;
  onMissing: (label: string) => string;
}

function exampleOf(series: Series<string>, { given, without, onMissing }: Wish): Series<string> {
  const own = series.matchings ?? [];
  const excluded = without?.matchings ?? [];
  const known = { ...given };
  const fits = (label: string, value: string) =>
    own.every((one) => one.label !== label || matches(one, value));
  const values = (label: string) => [
    ...(label in given ? [given[label]!] : []),
    ...[...own, ...excluded].filter((one) => one.label === label).flatMap(literals),
    ...USUAL,
  ];
  const choose = (label: string, accepts: (value: string) => boolean) => {
    const value = values(label).find((one) => fits(label, one) && accepts(one));
    if (value !== undefined) known[label] = value;
    return value !== undefined;
  };
  if (without) {
    const isOutside = excluded.some((one) => choose(one.label, (value) => !matches(one, value)));
    if (!isOutside) throw new Error(onMissing(excluded[0]?.label ?? '?'));
  }
  for (const { label } of own) {
    if (!(label in known) && !choose(label, () => true)) throw new Error(onMissing(label));
  }
  const labels = Object.keys(known).sort();
  return selector(
    nameOf(series),
    Object.fromEntries(labels.map((label) => [label, { upTo: Infinity }])),
    Object.fromEntries(labels.map((label) => [label, known[label]])),
  );
}

function nameOf({ promql }: Series<string>): string {
  return promql.split('{')[0]!;
}

function literals({ value }: Matching): string[] {
  return value.split('|').map((part) => part.replaceAll(/\\(.)/g, '$1'));
}

function matches({ operator, value }: Matching, candidate: string): boolean {
  switch (operator) {
    case '=':
      return candidate === value;
    case '!=':
      return candidate !== value;
    case '=~':
      return new RegExp(`^(?:${value})$`).test(candidate);
    case '!~':
      return !new RegExp(`^(?:${value})$`).test(candidate);
  }
}
