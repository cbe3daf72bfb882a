import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BOARDS, panelId } from './boards.ts';

test('uids and panel numbers never change, because links use them', () => {
  const uids = Object.values(BOARDS).map(({ uid }) => uid);
  assert.deepEqual(uids, [
    'aio-overview',
    'aio-runs',
    'aio-queue-workers',
    'aio-cost',
    'aio-api',
    'aio-runtime',
    'aio-load-test',
  ]);
  assert.equal(panelId('aio-runs', 'Stuck runs'), 594273);
});
