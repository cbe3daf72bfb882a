import assert from 'node:assert/strict';
import { test } from 'node:test';
import { itemCounts, type GraphNode } from './node.ts';
import { pluck } from '@aio/platform/testing/pluck';
import { collapseChains, findChains } from './chains.ts';

test('a map counts its finished items, and items by status, the worst first', () => {
  const itemsByStatus = { succeeded: 12, running: 3, failed: 1, pending: 4 };
  assert.deepEqual(itemCounts({ itemsTotal: 20, itemsByStatus }), {
    done: 13,
    total: 20,
    counts: [
      { status: 'failed', count: 1 },
      { status: 'running', count: 3 },
      { status: 'pending', count: 4 },
    ],
  });
  assert.equal(itemCounts({}), null);
});

/** `first → s1 … s<length> → last`, and `first → side → last`. */
function line(length: number, statuses: readonly string[] = []): GraphNode[] {
  const inner = Array.from({ length }, (_, index) => `s${index + 1}`);
  const node = (id: string, needs: string[], status = 'pending'): GraphNode => ({
    id,
    needs,
    kind: 'http',
    note: '',
    status,
  });
  return [
    node('first', [], 'succeeded'),
    ...inner.map((id, index) => node(id, [inner[index - 1] ?? 'first'], statuses[index])),
    node('side', ['first']),
    node('last', [inner.at(-1)!, 'side']),
  ];
}
const describe = () => ({ title: 'n steps', note: 'a … b', label: 'a chain' });

test('a chain has at least four steps', () => {
  assert.deepEqual(findChains(line(3)), []);
  assert.deepEqual(findChains(line(4)), [{ id: 'chain-s1', steps: ['s1', 's2', 's3', 's4'] }]);
});

test('a chain ends where the graph branches or joins', () => {
  const steps = [
    ...line(4),
    { id: 'more', needs: ['s2'] }, // s2 has two dependents: s1 and s3, s4 are too short
  ];
  assert.deepEqual(findChains(steps), []);
});

test('a collapsed chain is one node; an expanded one is unchanged', () => {
  const nodes = line(5);
  const chains = findChains(nodes);
  const collapsed = collapseChains(nodes, chains, () => false, describe);
  assert.deepEqual(pluck(collapsed, 'id', 'needs'), [
    ['first', []],
    ['chain-s1', ['first']],
    ['side', ['first']],
    ['last', ['chain-s1', 'side']],
  ]);
  const expanded = collapseChains(nodes, chains, () => true, describe);
  assert.deepEqual(expanded, nodes);
});

test('a chain has the most urgent status of its steps', () => {
  const statusOf = (...statuses: string[]): string | undefined => {
    const nodes = line(4, statuses);
    return collapseChains(nodes, findChains(nodes), () => false, describe)[1]?.status;
  };
  assert.equal(statusOf('succeeded', 'failed', 'running', 'pending'), 'failed');
  assert.equal(statusOf('succeeded', 'running', 'pending', 'pending'), 'running');
  assert.equal(statusOf('succeeded', 'succeeded', 'pending', 'pending'), 'running');
  assert.equal(statusOf('pending', 'pending', 'pending', 'pending'), 'pending');
  assert.equal(statusOf('succeeded', 'skipped', 'succeeded', 'succeeded'), 'succeeded');
});
