import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PrometheusApi } from '../prometheus-api.ts';
import { panelsOf, readBoards } from './boards.ts';
import { askVariables, durations, fillIn, lastSeconds, valuesOf } from './fill-in.ts';

const range = lastSeconds(1800, 10_000, 5);

test('names are filled in, braced or not; one without a value is told', () => {
  const values = { job: 'api', __rate_interval: '20000ms' };
  assert.equal(
    fillIn('a{job=~"$job"}[$__rate_interval] ${job}', values),
    'a{job=~"api"}[20000ms] api',
  );
  assert.throws(() => fillIn('a{x="$unknown"}', values), /no value for \$unknown/);
});

test('durations are those that Grafana takes', () => {
  // Four scrapes at least; a step and a scrape when points are further apart.
  assert.equal(durations(range, 5).__rate_interval, '20000ms');
  assert.equal(durations(lastSeconds(86_400, 100_000, 5), 5).__rate_interval, '92000ms');
  assert.equal(durations(range, 5).__range, '1800000ms');
});

test('a variable is asked with those before it, and stands for all of its values', async () => {
  const asked: string[] = [];
  const prometheus = {
    async labelValues(selector: string, label: string) {
      asked.push(`${selector} ${label}`);
      return label === 'job' ? ['a.b', 'worker'] : ['one'];
    },
  } as unknown as PrometheusApi;
  const variables = [
    { name: 'job', definition: 'label_values(up, job)' },
    { name: 'instance', definition: 'label_values(up{job=~"$job"}, instance)', allValue: '.*' },
  ];
  const values = valuesOf(await askVariables({ variables }, prometheus, range));
  assert.deepEqual(values, { job: String.raw`(a\\.b|worker)`, instance: '.*' });
  assert.deepEqual(asked, ['up job', String.raw`up{job=~"(a\\.b|worker)"} instance`]);
});

test('every query of every board can be filled in', () => {
  const boards = readBoards();
  assert.ok(boards.length > 0);
  for (const board of boards) {
    const variables = Object.fromEntries(board.variables.map(({ name }) => [name, 'x']));
    const values = { ...variables, ...durations(range, 5) };
    for (const { targets } of panelsOf(board))
      for (const { expr } of targets) assert.doesNotMatch(fillIn(expr, values), /\$/);
  }
});
