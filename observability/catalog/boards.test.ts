import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BOARDS, panelId } from './boards.ts';

test('uids and panel numbers never change, because links use them', () => {
  const uids = Object.values(BOARDS).map(({ uid }) => uid);
  assert.deepEqual(uids, [
    'aio-overview',
    'aio-runs',
    'aio-steps',
    'aio-queue-workers',
    'aio-llm',
    'aio-cost',
    'aio-api',
    'aio-runtime',
    'aio-postgres',
    'aio-redis',
    'aio-host',
    'aio-load-test',
    'aio-logs',
    'aio-access',
  ]);
  assert.equal(panelId('aio-runs', 'Stuck runs'), 594273);
});
