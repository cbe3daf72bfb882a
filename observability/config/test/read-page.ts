import { METRICS } from '@aio/catalog/metrics/all-metrics';
import { FOREIGN_SERIES } from '@aio/catalog/metrics/foreign-series';
import { PROCESS_METRICS } from '@aio/catalog/metrics/process';
import { seriesNames } from '@aio/catalog/metrics/series';
import { recordedNames } from '@aio/catalog/objectives/slo-series';
import { labelsOfSpend, SPEND_KEYS, SPEND_SERIES } from '@aio/catalog/objectives/spend-series';

/** Labels of every known series, by name. */
function knownSeries(): ReadonlyMap<string, ReadonlySet<string>> {
  const known = new Map<string, ReadonlySet<string>>();
  const add = (name: string, labels: readonly string[]) =>
    known.set(name, new Set([...labels, 'job', 'instance']));
  for (const metric of Object.values(METRICS)) {
    for (const name of seriesNames(metric)) add(name, [...Object.keys(metric.labels), 'le']);
  }
  for (const metric of PROCESS_METRICS) {
    for (const name of seriesNames(metric)) add(name, [...metric.labels, 'le']);
  }
  for (const name of recordedNames()) add(name, ['slo']);
  for (const key of SPEND_KEYS) add(SPEND_SERIES[key], labelsOfSpend(key));
  for (const [name, labels] of Object.entries(FOREIGN_SERIES)) add(name, labels);
  return known;
}

const KNOWN = knownSeries();
const WORDS = new Set(
  'by without on ignoring group_left group_right and or unless offset bool NaN'.split(' '),
);

/** The fenced PromQL blocks of a page, including those in lists. */
export function readQueries(markdown: string): string[] {
  return [...markdown.matchAll(/^ *```promql\n([^]*?)^ *```$/gm)].map(([, query]) =>
    (query as string).trim(),
  );
}

/** Unknown series of a query, and unknown labels in their matchers. Empty = the query is valid. */
export function unknownNames(query: string): string[] {
  const text = query.replaceAll(/"[^"]*"/g, '""').replaceAll(/\[[^\]]*\]/g, '');
  const unknown: string[] = [];
  for (const [, name, matchers] of text.matchAll(/([a-zA-Z_:][\w:]*)\{([^}]*)\}/g)) {
    for (const [, label] of (matchers as string).matchAll(/(\w+) *(?:=|!)/g)) {
      if (KNOWN.get(name as string)?.has(label as string) === false) {
        unknown.push(`${name}{${label}}`);
      }
    }
  }
  const names = text
    .replaceAll(/\{[^}]*\}/g, '')
    .replaceAll(/\b(by|without|on|ignoring|group_left|group_right) *\([^)]*\)/g, '');
  for (const [, name, call] of names.matchAll(/(?<![\w.])([a-zA-Z_:][\w:]*)( *\()?/g)) {
    const isSeries = call === undefined && !WORDS.has(name as string);
    if (isSeries && !KNOWN.has(name as string)) unknown.push(name as string);
  }
  return unknown;
}
