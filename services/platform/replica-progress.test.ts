import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createReplicaProgress } from './replica-progress.ts';

test('a replica has what was committed before the latest position that it has reached', () => {
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

test('while the primary writes nothing, a replica that has it all does not grow old', () => {
  const progress = createReplicaProgress();
  for (const askedAt of [1000, 2000, 3000]) {
    progress.primaryAt(askedAt, 100n);
    progress.replicaAt(100n);
    assert.equal(progress.caughtUpTo(), askedAt);
  }
});

test('of a replica that is very far behind, no more is kept than ten minutes of answers', () => {
  const progress = createReplicaProgress();
  for (let askedAt = 0; askedAt < 5000; askedAt++) progress.primaryAt(askedAt, BigInt(askedAt));
  progress.replicaAt(10n);
  assert.equal(progress.caughtUpTo(), -Infinity);
  progress.replicaAt(4000n);
  assert.equal(progress.caughtUpTo(), 4000);
});
