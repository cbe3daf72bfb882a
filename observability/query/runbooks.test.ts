import assert from 'node:assert/strict';
import { test } from 'node:test';
import { queriesIn, readRunbooks } from './runbooks.ts';

test('every runbook has the name of its alert, and queries without variables', () => {
  const runbooks = readRunbooks();
  assert.ok(runbooks.length > 20);
  for (const { name, alert, queries } of runbooks) {
    assert.equal(alert.toLowerCase(), name.replaceAll('-', ''));
    assert.ok(queries.length > 0, name);
    for (const query of queries) assert.doesNotMatch(query, /[\n$]/, name);
  }
});

test('queries are found, also in lists', () => {
  const page = '# A\n\n```promql\nup\n```\n\n- item\n\n  ```promql\n  sum(\n    up\n  )\n  ```\n';
  assert.deepEqual(queriesIn(page), ['up', 'sum( up )']);
});
