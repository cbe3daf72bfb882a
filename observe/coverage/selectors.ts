import { FOREIGN_SERIES } from '@aio/catalog/foreign-series';
import { allSeriesNames } from '@aio/catalog/series';
import { recordedNames } from '@aio/catalog/slo-series';
import { SPEND_SERIES } from '@aio/catalog/spend-series';

const KNOWN = new Set([
  ...allSeriesNames(),
  ...recordedNames(),
  ...Object.values(SPEND_SERIES),
  ...Object.keys(FOREIGN_SERIES),
]);

/** The series that a query reads, each with its matchers, e.g. `up{job="api"}`. */
export function selectorsIn(promql: string): string[] {
  const found = promql.matchAll(/(?<!["\w:])([a-zA-Z_:][\w:]*)(\{[^}]*\})?/g);
  const selectors = [...found].flatMap(([selector, name]) =>
    KNOWN.has(name as string) ? [selector] : [],
  );
  return [...new Set(selectors)];
}
