import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { addPartitions, DAY_MS } from '@aio/platform/partitions/add-partitions';
import { readPartitions } from '@aio/platform/partitions/read-partitions';
import { dayOfId } from '@aio/platform/queries/id-times';
import { createTestDatabase } from '@aio/platform/testing/database';
import { createTestOutputs } from '@aio/platform/testing/outputs';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { createLogger } from '@aio/runtime/logger';
import { createSeries } from '@aio/runtime/testing/series';
import { makeTestFolder } from '@aio/tools/testing/folder';
import { v7 as uuidv7 } from 'uuid';
import { startRetention } from '../retention.ts';

/** Negative, as if it were 9 days later: the first partition ends a week from now. */
const KEPT_MS = -9 * DAY_MS;
const log = createLogger({ service: 'test', level: 'silent' });
const URLS = {
  databaseUrl: 'postgresql://pooler/aio',
  databaseDirectUrl: 'postgresql://postgres/aio',
};

function start(options: Pick<Parameters<typeof startRetention>[0], 'db' | 'stored' | 'config'>) {
  const troubles: unknown[] = [];
  const registry = createSeries('worker');
  const retention = startRetention({
    ...options,
    registry,
    log,
    onTrouble: (_, error) => void troubles.push(error),
  });
  return { ...retention, registry, troubles };
}

test('outputs are removed after the partition of their runs, and not before', async (t) => {
  const { pool: db } = await createTestDatabase(t);
  const stored = createTestOutputs(t);
  await addPartitions(db, 30 * DAY_MS);
  const [old, kept] = [uuidv7(), uuidv7({ msecs: Date.now() + 20 * DAY_MS })];
  for (const run of [old, kept]) await stored.put(run, '"text"');

  async function look(keepRunsMs: number | null): Promise<void> {
    const config = { ...URLS, keepRunsMs, archiveCommand: null };
    const { registry, troubles, close } = start({ db, stored, config });
    await waitUntil(
      async () => /^aio_partition_horizon_seconds /m.test((await registry.scrape()).body),
      { what: 'the look to have begun' },
    );
    await close();
    assert.deepEqual(troubles, []);
  }
  const daysLeft = () => readdirSync(stored.folder);

  for (const keepMs of [null, 30 * DAY_MS]) {
    await look(keepMs);
    assert.deepEqual(daysLeft(), [dayOfId(old), dayOfId(kept)]);
  }
  await look(KEPT_MS);
  assert.ok(!(await readPartitions(db)).some(({ name }) => name === 'first'));
  assert.deepEqual(daysLeft(), [dayOfId(kept)]);
});

test('the archive command gets the URL without a pooler', async (t) => {
  const { pool: db } = await createTestDatabase(t);
  await addPartitions(db, 30 * DAY_MS);
  const folder = makeTestFolder(t, 'retention');
  const file = join(folder, 'url');
  const archiveCommand = `echo "$DATABASE_URL" > ${file}.part && mv ${file}.part ${file}`;
  const config = { ...URLS, keepRunsMs: KEPT_MS, archiveCommand };
  const { close } = start({ db, stored: createTestOutputs(t), config });
  await waitUntil(() => existsSync(file), { what: 'the command has run' });
  await close();
  assert.equal(readFileSync(file, 'utf8').trim(), URLS.databaseDirectUrl);
});
