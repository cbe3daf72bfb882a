import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Queryable } from '@aio/platform/postgres/queryable';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { createLogger } from '@aio/runtime/logger';
import { startRetention } from '../retention.ts';

/** A database that has this many old runs. */
function setUp(keepRunsMs: number | null, old: number) {
  const deleted: number[] = [];
  const db: Queryable = {
    async query({ values = [] }) {
      const count = Math.min(Number(values[1]), old);
      old -= count;
      deleted.push(count);
      return { rowCount: count } as never;
    },
  };
  const log = createLogger({ service: 'test', level: 'silent' });
  const troubles: unknown[] = [];
  const onTrouble = (_: string, error: unknown) => void troubles.push(error);
  return { retention: startRetention({ db, config: { keepRunsMs }, log, onTrouble }), deleted };
}

test('old runs are deleted in batches until none is left', async () => {
  const { retention, deleted } = setUp(1, 2500);
  await waitUntil(() => deleted.length === 3, { what: 'all are deleted' });
  await retention.close();
  assert.deepEqual(deleted, [1000, 1000, 500]);
});

test('without a retention, nothing is deleted', async () => {
  const { retention, deleted } = setUp(null, 10);
  await retention.close();
  assert.deepEqual(deleted, []);
});
