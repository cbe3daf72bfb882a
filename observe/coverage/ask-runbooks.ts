import type { PrometheusApi } from '@aio/query/prometheus';
import { readRunbooks } from '@aio/query/runbooks';
import { orGap } from './ask-boards.ts';
import { findMissing } from './ask-rules.ts';
import { type CoverageRow, describeLast } from './row.ts';

/** One row per query of a runbook. Without faults, it may return nothing, but the series that it reads must exist. */
export async function askRunbooks(prometheus: PrometheusApi, at: number): Promise<CoverageRow[]> {
  const rows: CoverageRow[] = [];
  for (const { name, queries } of readRunbooks()) {
    for (const [index, promql] of queries.entries()) {
      const row = { where: 'runbooks', what: name, query: `query ${index + 1}`, promql };
      rows.push(
        await orGap(row, async () => {
          const series = await prometheus.query(promql, at);
          const gap = await findMissing(promql, prometheus, at);
          return { ...row, series: series.length, last: describeLast(series, 'short'), gap };
        }),
      );
    }
  }
  return rows;
}
