import type { Static } from 'typebox';
import type { Exemplar, TimeSpan } from '@aio/query/prometheus';
import type { TraceUrls } from '../trace-links.ts';
import type { ExemplarSchema } from './schema.ts';

/** More dots than this would overlap. */
const MOST = 200;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Returns the largest exemplar of each of 200 parts of the span, ascending in time, with its links. */
export function presentExemplars(
  exemplars: readonly Exemplar[],
  { from, to }: TimeSpan,
  traceUrlOf: TraceUrls,
): Static<typeof ExemplarSchema>[] {
  const largest = new Map<number, Exemplar>();
  for (const exemplar of exemplars) {
    if (!Number.isFinite(exemplar.value)) continue;
    const part = Math.floor(((exemplar.at - from) / (to - from)) * MOST);
    const known = largest.get(part);
    if (known === undefined || exemplar.value > known.value) largest.set(part, exemplar);
  }
  return [...largest.values()]
    .toSorted((a, b) => a.at - b.at)
    .map(({ at, value, labels, seriesLabels }) => {
      const traceId = labels['trace_id'] ?? null;
      const runId = labels['run_id'];
      return {
        at,
        value,
        labels: { ...seriesLabels, ...labels },
        traceId,
        traceUrl: traceUrlOf(traceId),
        runId: runId !== undefined && UUID.test(runId) ? runId : null,
      };
    });
}
