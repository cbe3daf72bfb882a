import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeQuery } from './describe-query.ts';

for (const [text, operation, table] of [
  ['select id from orders where id = $1 for update skip locked', 'SELECT', 'orders'],
  [' SELECT r.id\n from orders r join items s on true', 'SELECT', undefined],
  ['select * from unnest($1::uuid[])', 'SELECT', undefined],
  [
    'insert into shelves (name) values ($1) on conflict do update set name = $1',
    'INSERT',
    'shelves',
  ],
  ['update orders set status = $1', 'UPDATE', 'orders'],
  ['delete from seen_keys where expired', 'DELETE', 'seen_keys'],
  ['begin', 'BEGIN', undefined],
  ['with gone as (delete from orders returning id) select * from gone', undefined, undefined],
  ['select * from "Shop".orders2 where id = $1', 'SELECT', 'Shop.orders2'],
  [
    "select 'from secret', e'from \\'x', $q$from secret$q$ from orders -- from x",
    'SELECT',
    'orders',
  ],
  ['select /* from secret */ overlay(a placing b from 1 for 5) from orders', 'SELECT', 'orders'],
] as const)
  test(`${operation ?? 'several operations'} on ${table ?? 'no single table'}: ${text.trim()}`, () => {
    assert.deepEqual(describeQuery({ name: 'it', text }), {
      'db.query.summary': 'it',
      ...(operation && { 'db.operation.name': operation }),
      ...(table && { 'db.collection.name': table }),
    });
  });

test('without a name, the summary is operation and table', () => {
  const summary = (text: string) => describeQuery({ text })['db.query.summary'];
  assert.equal(summary("select 'a' from orders"), 'SELECT orders');
  assert.equal(summary('select 1'), 'SELECT');
  assert.equal(summary('vacuum orders'), undefined);
});
