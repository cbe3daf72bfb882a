import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SERIES_LABELS } from '@aio/catalog/metrics/series-labels';
import { parser } from '@prometheus-io/lezer-promql';
import { panelsOf, readBoards } from './boards.ts';
import { fillIn } from './fill-in.ts';
import { restrictQuery } from './restrict-query.ts';
import { readRunbooks } from './runbooks.ts';

const VISIBLE = { owner: ['ada'], workflow: ['triage', 'a.b "c"'] };
const WORKFLOWS = String.raw`workflow=~"(triage|a\\.b \"c\")"`;
const restrict = (promql: string) => restrictQuery(promql, VISIBLE);

test('selectors of series with owners or workflows get a matcher, others do not', () => {
  for (const [given, expected] of [
    ['up{job="api"}', 'up{job="api"}'],
    [
      'sum by (owner) (rate(aio_http_requests_by_owner_total[5m]))',
      'sum by (owner) (rate(aio_http_requests_by_owner_total{owner=~"(ada)"}[5m]))',
    ],
    [
      'aio_runs_submitted_total{workflow=~".*"} / up',
      `aio_runs_submitted_total{${WORKFLOWS},workflow=~".*"} / up`,
    ],
    ['aio_runs_submitted_total{}', `aio_runs_submitted_total{${WORKFLOWS},}`],
    [
      'sum(workflow:llm_cost_usd:per_minute offset 1d) or owner:llm_cost_usd:per_minute',
      `sum(workflow:llm_cost_usd:per_minute{${WORKFLOWS}} offset 1d) or owner:llm_cost_usd:per_minute{owner=~"(ada)"}`,
    ],
  ] as const)
    assert.equal(restrict(given), expected);
});

test('without values, a matcher matches nothing', () => {
  assert.equal(
    restrictQuery('aio_runs_submitted_total', { workflow: [] }),
    'aio_runs_submitted_total{workflow="",workflow!=""}',
  );
});

test('a series that the catalogue does not know is refused', () => {
  for (const hostile of [
    '{__name__=~".+"}',
    '{"aio_runs_submitted_total"}',
    'kube_pod_info',
    'up or nothing',
  ])
    assert.throws(() => restrict(hostile), /does not know the labels/, hostile);
  assert.throws(() => restrict('sum(up'), /Invalid PromQL/);
});

/** The selectors of a query, as text. */
function selectorsOf(promql: string): string[] {
  const found: string[] = [];
  parser.parse(promql).iterate({
    enter({ name, from, to }) {
      if (name === 'VectorSelector') found.push(promql.slice(from, to));
    },
  });
  return found;
}

test('every query of boards and runbooks can be restricted', () => {
  const filled = { job: '.*', instance: '.*', workflow: '.*', __rate_interval: '1m' };
  const values = { ...filled, __interval: '1m', __range: '1h' };
  const queries = [
    ...readBoards().flatMap((board) => [
      ...panelsOf(board).flatMap(({ targets }) => targets),
      ...board.annotations,
    ]),
    ...readRunbooks().flatMap((runbook) => runbook.queries.map((expr) => ({ expr }))),
  ].map(({ expr }) => fillIn(expr, values));
  let restricted = 0;
  for (const query of queries)
    for (const selector of selectorsOf(restrict(query))) {
      const labels = SERIES_LABELS.get(/^[\w:]+/.exec(selector)![0])!;
      for (const label of ['owner', 'workflow'].filter((one) => labels.includes(one))) {
        restricted += 1;
        assert.match(selector, new RegExp(String.raw`\{(.*,)?${label}=~"\((ada|triage)`));
      }
    }
  assert.ok(restricted > 50, `${restricted} selectors`);
});
