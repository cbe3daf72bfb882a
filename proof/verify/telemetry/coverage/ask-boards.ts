import { askTarget } from '@aio/query/ask-target';
import type { Board, Panel, Target } from '@aio/query/boards';
import { askVariables, durations, fillIn, type Values, valuesOf } from '@aio/query/fill-in';
import type { PrometheusApi, TimeRange } from '@aio/query/prometheus';
import { type CoverageRow, describeLast, orGap } from './row.ts';

interface Asked {
  prometheus: PrometheusApi;
  range: TimeRange;
  scrapeSeconds: number;
}

/** One row per variable, query and annotation of a board. */
export async function askBoard(board: Board, asked: Asked): Promise<CoverageRow[]> {
  const { prometheus, range, scrapeSeconds } = asked;
  const choices = await askVariables(board, prometheus, range);
  const values = { ...valuesOf(choices), ...durations(range, scrapeSeconds) };
  const rows: CoverageRow[] = choices.map(({ name, values: chosen }) => ({
    where: board.uid,
    what: `$${name}`,
    query: 'variable',
    promql: '',
    series: chosen.length,
    last: chosen.slice(0, 3).join(' '),
    gap: chosen.length === 0 ? 'no values' : null,
  }));
  for (const panel of board.panels)
    for (const target of panel.targets)
      rows.push(await askPanel(board, panel, target, asked, values));
  for (const { name, expr } of board.annotations)
    rows.push(await askAnnotation(board, name, expr, asked, values));
  return rows;
}

async function askPanel(
  { uid }: Board,
  { title, unit }: Panel,
  target: Target,
  { prometheus, range }: Asked,
  values: Values,
): Promise<CoverageRow> {
  const promql = fillIn(target.expr, values);
  const row = { where: uid, what: title, query: target.legendFormat, promql };
  return orGap(row, async () => {
    const series = await askTarget(prometheus, target, values, range);
    const hasExemplars = !target.exemplar || (await prometheus.exemplars(promql, range)).length > 0;
    return {
      ...row,
      series: series.length,
      last: describeLast(series, unit),
      gap: series.length === 0 ? 'no data' : hasExemplars ? null : 'no exemplars',
    };
  });
}

/** An annotation may be empty: its event need not have happened. */
async function askAnnotation(
  { uid }: Board,
  name: string,
  expr: string,
  { prometheus, range }: Asked,
  values: Values,
): Promise<CoverageRow> {
  const row = { where: uid, what: name, query: 'annotation', promql: fillIn(expr, values) };
  return orGap(row, async () => {
    const series = await askTarget(prometheus, { expr }, values, range);
    return { ...row, series: series.length, last: describeLast(series, 'short'), gap: null };
  });
}
