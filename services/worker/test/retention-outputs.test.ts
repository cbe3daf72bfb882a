import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { addPartitions, DAY_MS } from '@aio/platform/partitions/add-partitions';
import { readPartitions } from '@aio/platform/partitions/read-partitions';
import { dayOfId } from '@aio/platform/queries/id-times';
import { createTestDatabase } from '@aio/platform/testing/database';
import { createTestOutputs } from '@aio/platform/testing/outputs';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { createLogger } from '@aio/runtime/logger';
import { createMetrics } from '@aio/runtime/metrics';
import { v7 as uuidv7 } from 'uuid';
import { startRetention } from '../retention.ts';

/** Negative, as if it were 9 days later: the first partition ends a week from now. */
const KEPT_MS = -9 * DAY_MS;
const log = createLogger({ service: 'test', level: 'silent' });

test('outputs are removed after the partition of their runs, and not before', async (t) => {
  const { pool: db, url: databaseUrl } = await createTestDatabase(t);
  const stored = createTestOutputs(t);
  await addPartitions(db, 30 * DAY_MS);
  const [old, kept] = [uuidv7(), uuidv7({ msecs: Date.now() + 20 * DAY_MS })];
  for (const run of [old, kept]) await stored.put(run, '"text"');
  const troubles: unknown[] = [];

  async function look(keepRunsMs: number | null): Promise<void> {
    const registry = createMetrics({
      process: 'worker',
      enabled: true,
      defaults: false,
      version: 'test',
    });
    const retention = startRetention({
      db,
      stored,
      config: { databaseUrl, keepRunsMs, archiveCommand: null },
      registry,
      log,
      onTrouble: (_, error) => void troubles.push(error),
    });
    await waitUntil(
      async () => /^aio_partition_horizon_seconds /m.test((await registry.scrape()).body),
      { what: 'the look to have begun' },
    );
    await retention.close();
  }
  const daysLeft = () => readdirSync(stored.folder);

  for (const keepMs of [null, 30 * DAY_MS]) {
    await look(keepMs);
    assert.deepEqual(daysLeft(), [dayOfId(old), dayOfId(kept)]);
  }
  await look(KEPT_MS);
  assert.ok(!(await readPartitions(db)).some(({ name }) => name === 'first'));
  assert.deepEqual(daysLeft(), [dayOfId(kept)]);
  assert.deepEqual(troubles, []);
});
