import { readFileSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import type { PrometheusApi } from '../prometheus-api.ts';
import { orGap } from './ask-boards.ts';
import { findMissing } from './ask-rules.ts';
import { type CoverageRow, describeLast } from './row.ts';

const RUNBOOKS = resolve(import.meta.dirname, '../../runbooks');
const QUERIES = /^ *```promql\n([^]*?)^ *```$/gm;

/**
 * One row for each query of each runbook. In a system without faults it may find nothing, but what it
 * reads has to be there.
 */
export async function askRunbooks(prometheus: PrometheusApi, at: number): Promise<CoverageRow[]> {
  const rows: CoverageRow[] = [];
  for (const page of readdirSync(RUNBOOKS).sort()) {
    const text = readFileSync(resolve(RUNBOOKS, page), 'utf8');
    for (const [index, [, query = '']] of [...text.matchAll(QUERIES)].entries()) {
      const promql = query.replaceAll(/\s+/g, ' ').trim();
      const row = { where: 'runbooks', what: page, query: `query ${index + 1}`, promql };
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
