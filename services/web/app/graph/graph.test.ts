import assert from 'node:assert/strict';
import { test } from 'node:test';
import { itemCounts } from './node.ts';

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
