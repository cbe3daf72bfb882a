import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readBoards, type Variable } from './boards.ts';
import {
  anyOf,
  askVariables,
  durations,
  fillIn,
  fillVariables,
  lastSeconds,
  valuesOf,
} from './fill-in.ts';
import type { PrometheusApi } from './prometheus.ts';

const range = lastSeconds(1800, 10_000, 5);

test('variables are filled in, with or without braces; one without a value throws', () => {
  const values = { job: 'api', __rate_interval: '20000ms' };
  assert.equal(
    fillIn('a{job=~"$job"}[$__rate_interval] ${job}', values),
    'a{job=~"api"}[20000ms] api',
  );
  assert.throws(() => fillIn('a{x="$unknown"}', values), /no value for \$unknown/);
});

test('durations match Grafana', () => {
  // At least four scrapes; with distant points, a step plus a scrape.
  assert.equal(durations(range, 5).__rate_interval, '20000ms');
  assert.equal(durations(lastSeconds(86_400, 100_000, 5), 5).__rate_interval, '92000ms');
  assert.equal(durations(range, 5).__range, '1800000ms');
});

const VARIABLES: Variable[] = [
  { name: 'job', label: 'Job', definition: 'label_values(up, job)' },
  {
    name: 'instance',
    label: 'Instance',
    definition: 'label_values(up{job=~"$job"}, instance)',
    allValue: '.*',
  },
];

function fakePrometheus(): { asked: string[]; api: Pick<PrometheusApi, 'labelValues'> } {
  const asked: string[] = [];
  return {
    asked,
    api: {
      async labelValues(selector, label) {
        asked.push(`${selector} ${label}`);
        return label === 'job' ? ['a.b', 'worker'] : ['one'];
      },
    },
  };
}

test('the query of a variable has earlier ones filled in, and All means all values', async () => {
  const { asked, api } = fakePrometheus();
  const values = valuesOf(await askVariables({ variables: VARIABLES }, api, range));
  assert.deepEqual(values, { job: String.raw`(a\\.b|worker)`, instance: '.*' });
  assert.deepEqual(asked, ['up job', String.raw`up{job=~"(a\\.b|worker)"} instance`]);
});

test('a choice replaces All and saves the query', async () => {
  const { asked, api } = fakePrometheus();
  const board = { variables: VARIABLES };
  const chosen = { job: ['a.b'], instance: ['x:1', 'y:2'] };
  assert.deepEqual(await fillVariables(board, api, range, chosen), {
    job: String.raw`(a\\.b)`,
    instance: '(x:1|y:2)',
  });
  assert.deepEqual(asked, []);
  assert.deepEqual(await fillVariables(board, api, range, { instance: 'all' }), {
    job: String.raw`(a\\.b|worker)`,
    instance: '.*',
  });
  assert.deepEqual(asked, ['up job']);
});

test('values are escaped for strings and regular expressions', () => {
  assert.equal(anyOf(['a"b']), String.raw`(a\"b)`);
  assert.equal(anyOf(['a\\b']), String.raw`(a\\\\b)`);
  assert.equal(anyOf(['a\nb']), String.raw`(a\nb)`);
  assert.equal(anyOf(['.*', 'a|b']), String.raw`(\\.\\*|a\\|b)`);
});

test('every query of every board can be filled in, with variables as regular expressions', () => {
  const boards = readBoards();
  assert.ok(boards.length > 0);
  for (const board of boards) {
    const variables = Object.fromEntries(board.variables.map(({ name }) => [name, 'x']));
    const values = { ...variables, ...durations(range, 5) };
    const queries = [...board.panels.flatMap(({ targets }) => targets), ...board.annotations].map(
      ({ expr }) => expr,
    );
    for (const expr of queries) {
      assert.doesNotMatch(fillIn(expr, values), /\$/);
      for (const { name } of board.variables) {
        const all = expr.split(`$${name}`).length;
        const asRegex = expr.split(`=~"$${name}"`).length;
        assert.equal(asRegex, all, `${board.uid}: $${name} in ${expr}`);
      }
    }
  }
});
