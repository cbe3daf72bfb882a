import type { Matching, Series } from './query.ts';
import { seriesOfEvents, type Slo } from './slo.ts';

/** Where a fault is, e.g. `.total`, and what is wrong. */
export type Fault = [field: string, what: string];

/**
 * Faults of an objective whose rules would be valid, and never alert: their tests, which follow from the same selectors,
 * would pass.
 */
export function findFaults(slo: Slo): Fault[] {
  return [...faultsOfEvents(slo), ...faultsOfBound(slo), ...faultsOfK6(slo)];
}

function faultsOfEvents(slo: Slo): Fault[] {
  const faults: Fault[] = [];
  const parts = (['bad', 'good', 'total'] as const).filter((part) => part in slo);
  for (const part of parts) {
    for (const series of seriesOf(slo, part)) {
      const isBucket = nameOf(series).endsWith('_bucket');
      if (isBucket && boundOf(series) === undefined)
        faults.push([`.${part}`, 'a _bucket needs le, the bound of good events']);
      for (const { label, operator, value } of series.matchings ?? []) {
        if (label === 'le' && operator === '=' && /^\d+$/.test(value))
          faults.push([
            `.${part}`,
            `le="${value}" may be stored otherwise: le=~"${value}|${value}.0"`,
          ]);
      }
      if (isBucket && part === 'total')
        faults.push(['.total', 'has to be the _count of the histogram, not a bucket']);
    }
  }
  const [one, other] = parts.map((part) => seriesOf(slo, part)[0]);
  if (one === undefined || other === undefined || !('total' in slo)) return faults;
  if (metricOf(one) !== metricOf(other))
    faults.push(['.total', `is not of the metric ${metricOf(one)}, so it has other events`]);
  for (const { label, operator, value } of other.matchings ?? []) {
    const clash = one.matchings?.find((mine) => mine.label === label && isOther(mine, value));
    if (operator === '=' && clash)
      faults.push(['.total', `has only ${label}="${value}", without ${label}="${clash.value}"`]);
  }
  return faults;
}

function isOther(mine: Matching, value: string): boolean {
  return mine.operator === '=' && mine.value !== value;
}

function faultsOfBound(slo: Slo): Fault[] {
  const buckets = 'good' in slo ? seriesOf(slo, 'good') : [];
  return buckets.flatMap((series): Fault[] => {
    const bound = boundOf(series);
    if (bound === undefined) return [];
    const seconds = /milliseconds|_ms_bucket$/.test(nameOf(series)) ? bound / 1000 : bound;
    return slo.boundSeconds === seconds
      ? []
      : [['.boundSeconds', `has to be ${seconds}, the bound le of good events`]];
  });
}

function faultsOfK6({ k6, boundSeconds }: Slo): Fault[] {
  if (k6 === undefined) return [];
  const isRate = k6.metric === 'http_req_failed' || k6.metric === 'checks';
  if (isRate && boundSeconds !== undefined)
    return [['.k6.metric', `${k6.metric} is a rate; an objective with a bound needs a duration`]];
  if (k6.metric.includes('duration') && boundSeconds === undefined)
    return [['.k6.metric', `${k6.metric} is a duration; this objective has no boundSeconds`]];
  return [];
}

function seriesOf(slo: Slo, part: 'bad' | 'good' | 'total'): readonly Series<string>[] {
  return part in slo
    ? seriesOfEvents((slo as unknown as Record<string, Series<string>>)[part]!)
    : [];
}

function nameOf({ promql }: Series<string>): string {
  return promql.split('{')[0]!;
}

/** Without the parts of a histogram. */
function metricOf(series: Series<string>): string {
  return nameOf(series).replace(/_(bucket|count)$/, '');
}

/** The bound of a bucket; of two spellings (`250|250.0`) the first. */
function boundOf({ matchings = [] }: Series<string>): number | undefined {
  const le = matchings.find(({ label, operator }) => label === 'le' && operator.startsWith('='));
  return le && Number.parseFloat(le.value);
}
