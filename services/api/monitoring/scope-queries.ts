import type { Exemplar, Labels, PrometheusApi, Series } from '@aio/query/prometheus';
import { restrictQuery } from '@aio/query/restrict-query';
import { ADDRESS, maskLabels } from './mask-labels.ts';
import type { Reader } from './reader.ts';

/** The queries of boards, runbooks and reports. */
export type Queries = Pick<PrometheusApi, 'query' | 'queryRange' | 'labelValues' | 'exemplars'>;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Queries that return only what the reader may see:
 * - Series with the label `owner` or `workflow` are those of the reader.
 * - Processes have numbers in place of addresses.
 * - Exemplars are of the reader's runs.
 */
export function scopeQueries(queries: Queries, reader: Reader): Queries {
  const visible = { owner: [reader.owner], workflow: reader.workflows };
  const restrict = (promql: string) => restrictQuery(promql, visible);

  async function maskFor(
    found: readonly Labels[],
    at: number,
  ): Promise<(labels: Labels) => Labels> {
    const hasAddress = found.some((labels) => ADDRESS in labels);
    const numberOf = hasAddress ? await numberProcesses(queries, at) : () => '';
    return (labels) => maskLabels(labels, reader, numberOf);
  }

  async function maskSeries(found: readonly Series[], at: number): Promise<Series[]> {
    const mask = await maskFor(
      found.map(({ labels }) => labels),
      at,
    );
    return found.map((one) => ({ ...one, labels: mask(one.labels) }));
  }

  return {
    query: async (promql, at) => maskSeries(await queries.query(restrict(promql), at), at),
    queryRange: async (promql, range) =>
      maskSeries(await queries.queryRange(restrict(promql), range), range.to),
    async labelValues(selector, label, span) {
      const values = await queries.labelValues(restrict(selector), label, span);
      const maskOf = (value: string) => maskLabels({ [label]: value }, reader, () => '')[label];
      return values.filter((value) => maskOf(value) === value);
    },
    async exemplars(promql, span) {
      const found = await queries.exemplars(restrict(promql), span);
      const ids = found.map(runIdOf).filter((id) => UUID.test(id));
      const own = await reader.ownRuns([...new Set(ids)]);
      const ofReader = found.filter((one) => own.has(runIdOf(one)));
      const mask = await maskFor(
        ofReader.map(({ seriesLabels }) => seriesLabels),
        span.to,
      );
      return ofReader.map((one) => ({
        ...one,
        seriesLabels: mask(one.seriesLabels),
        labels: idsOf(one),
      }));
    },
  };
}

function runIdOf({ labels }: Exemplar): string {
  return labels['run_id'] ?? '';
}

function idsOf({ labels }: Exemplar): Labels {
  const { trace_id: traceId } = labels;
  return { run_id: labels['run_id']!, ...(traceId !== undefined && { trace_id: traceId }) };
}

/** Numbers the processes of each job, in the order of their addresses. `?` = it has no target any more. */
export async function numberProcesses(
  { query }: Pick<Queries, 'query'>,
  at: number,
): Promise<(address: string) => string> {
  const targets = (await query('up', at)).map(({ labels }) => labels);
  return (address) => {
    const job = targets.find((target) => target[ADDRESS] === address)?.['job'];
    const ofJob = targets.filter((target) => target['job'] === job).map((one) => one[ADDRESS]!);
    const place = [...new Set(ofJob)].toSorted().indexOf(address);
    return place === -1 ? '?' : String(place + 1);
  };
}
