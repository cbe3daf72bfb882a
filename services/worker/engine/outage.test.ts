import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JobLater } from '@aio/platform/queues/queue-worker';
import { createOutage } from './outage.ts';

test('work that waits for the database is given back during an outage, and stops retrying', async () => {
  const outage = createOutage();
  const asked: (() => boolean)[] = [];
  const never = () =>
    outage.unlessAway((isWanted) => {
      asked.push(isWanted);
      return new Promise(() => {});
    });
  const waits = [never(), never()];
  assert.equal(await outage.unlessAway(async () => 'done'), 'done');
  outage.begin();
  for (const wait of waits) await assert.rejects(wait, JobLater);
  assert.deepEqual(
    asked.map((isWanted) => isWanted()),
    [false, false],
  );
  await assert.rejects(
    outage.unlessAway(async () => 'now'),
    JobLater,
  );
  outage.end();
  assert.equal(await outage.unlessAway(async () => 'later'), 'later');
});
