import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createReplicaProgress } from './read-replica.ts';

test('a replica has all commits before the latest position it reached', () => {
  const progress = createReplicaProgress();
  progress.replicaAt(100n);
  assert.equal(progress.caughtUpTo(), -Infinity, 'the primary has said nothing yet');
  progress.primaryAt(1000, 100n);
  progress.primaryAt(1500, 180n);
  progress.primaryAt(2000, 300n);
  progress.replicaAt(120n);
  assert.equal(progress.caughtUpTo(), 1000);
  progress.replicaAt(299n);
  assert.equal(progress.caughtUpTo(), 1500);
  progress.replicaAt(299n);
  assert.equal(progress.caughtUpTo(), 1500, 'one that stands still grows old');
  progress.replicaAt(300n);
  assert.equal(progress.caughtUpTo(), 2000);
});

test('while the primary is idle, an up-to-date replica does not get stale', () => {
  const progress = createReplicaProgress();
  for (const askedAt of [1000, 2000, 3000]) {
    progress.primaryAt(askedAt, 100n);
    progress.replicaAt(100n);
    assert.equal(progress.caughtUpTo(), askedAt);
  }
});

test('keeps at most ten minutes of answers for a replica far behind', () => {
  const progress = createReplicaProgress();
  for (let askedAt = 0; askedAt < 5000; askedAt++) progress.primaryAt(askedAt, BigInt(askedAt));
  progress.replicaAt(10n);
  assert.equal(progress.caughtUpTo(), -Infinity);
  progress.replicaAt(4000n);
  assert.equal(progress.caughtUpTo(), 4000);
});
