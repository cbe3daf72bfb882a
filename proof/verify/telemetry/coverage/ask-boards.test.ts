import type { Board, Target } from '@aio/query/boards';
import { type PrometheusApi, QueryError, type Series } from '@aio/query/prometheus';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { askBoard } from './ask-boards.ts';

const UP: Series = { labels: { job: 'api' }, samples: [{ at: 60, value: 1 }] };

/** Knows the series `up`, and refuses `rate(up)`. */
const prometheus = {
  labelValues: async () => ['api'],
  async queryRange(promql: string) {
    if (promql === 'rate(up)') throw new QueryError('expected type range vector', 'bad_data');
    return promql.startsWith('up{job=~') ? [UP] : [];
  },
} as Partial<PrometheusApi> as PrometheusApi;

test('a query without data and an invalid query are gaps', async () => {
  const board = boardOf('up{job=~"$job"}', 'aio_misspelt_total', 'rate(up)');
  const range = { from: 0, to: 60, stepSeconds: 1 };
  const rows = await askBoard(board, { prometheus, range, scrapeSeconds: 1 });
  assert.deepEqual(
    rows.map(({ query, series, gap }) => [query, series, gap]),
    [
      ['variable', 1, null],
      ['0', 1, null],
      ['1', 0, 'no data'],
      ['2', 0, 'query error: expected type range vector'],
    ],
  );
});

/** The legend of each query is its number. */
function boardOf(...expressions: Target['expr'][]): Board {
  const targets = expressions.map((expr, index) => ({
    refId: 'A',
    expr,
    legendFormat: String(index),
  }));
  const panel = { id: 1, title: '', type: 'timeseries', unit: 'short' } as const;
  return {
    uid: 'test',
    title: '',
    description: '',
    annotations: [],
    text: '',
    variables: [{ name: 'job', label: 'Job', definition: 'label_values(up, job)' }],
    panels: [{ ...panel, targets }],
  };
}
