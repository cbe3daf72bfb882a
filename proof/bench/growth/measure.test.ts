import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accessesOf, changesOf } from './explain.ts';
import { compare } from './measure.ts';

const READ = { 'Actual Loops': 1, 'Shared Hit Blocks': 1, 'Shared Read Blocks': 0 };
const PARENTS = new Map([
  ['a_1', 'a'],
  ['a_2', 'a'],
  ['a_1_pkey', 'a_pkey'],
  ['a_2_pkey', 'a_pkey'],
]);

test('names, number and joins of partitions do not change a plan', () => {
  const scan = (index: string) => ({ ...READ, 'Node Type': 'Index Scan', 'Index Name': index });
  const of = (node: string, ...indexes: string[]) => {
    const plan = { ...READ, 'Node Type': node, Plans: indexes.map(scan) };
    return [...accessesOf(plan, PARENTS)];
  };
  assert.deepEqual(of('Append', 'a_1_pkey', 'a_2_pkey'), ['a_pkey']);
  assert.deepEqual(of('Nested Loop', 'a_1_pkey'), of('Merge Append', 'a_2_pkey'));
  assert.notDeepEqual(of('Append', 'a_1_pkey'), of('Append', 'a_1_pkey', 'other'));
});

test('finds a full table scan, and whether the table has one page', () => {
  const scan = { ...READ, 'Node Type': 'Seq Scan', 'Relation Name': 'a_1', 'Shared Hit Blocks': 2 };
  assert.deepEqual([...accessesOf(scan, PARENTS)], ['all of a']);
  assert.deepEqual(
    [...accessesOf({ ...scan, 'Shared Hit Blocks': 1 }, PARENTS)],
    ['the one page of a'],
  );
});

test('subtracts the inner pages of B-trees', () => {
  const few = costOf({ buffers: 40, inner: 10 });
  const [line] = compare(
    new Map([['list', few]]),
    new Map([['list', costOf({ buffers: 53, inner: 20 })]]),
  );
  assert.equal(line!.ratio, 53 / 40);
  assert.equal(line!.ratioOfRows, 1.1);
});

test('another index is a change, an index instead of a full scan is not', () => {
  const changes = (small: string, large: string) => changesOf(new Set([small]), new Set([large]));
  assert.deepEqual(changes('a_pkey', 'a_name'), ['a_name']);
  assert.deepEqual(changes('a_pkey', 'all of a'), ['all of a']);
  assert.deepEqual(changes('a_pkey', 'the one page of a'), []);
  assert.deepEqual(changes('all of a', 'a_pkey'), []);
});

function costOf(pages: { buffers: number; inner: number }) {
  return { ...pages, ms: 1, runs: 1, plans: new Map() };
}
