import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { createRunListFeed, type ListedRun } from './run-list-feed.ts';

function createFeed(t: TestContext, runs: ListedRun[]) {
  const asked: string[][] = [];
  const feed = createRunListFeed({
    readRuns: (ids) => {
      asked.push([...ids]);
      return Promise.resolve(runs.map((run) => ({ ...run })));
    },
    pollMs: 2,
    heartbeatMs: 60_000,
    onError: () => undefined,
  });
  t.after(() => feed.close());
  return { feed, asked };
}

test('a stream gets the newest runs, then each change', async (t) => {
  const runs = [
    { id: 'a', mark: '3', finished: true },
    { id: 'b', mark: '1', finished: false },
  ];
  const { feed, asked } = createFeed(t, runs);
  const batches = feed.follow(new AbortController().signal);

  assert.deepEqual((await batches.next()).value, runs);
  runs[1]!.mark = '2';
  assert.deepEqual((await batches.next()).value, [runs[1]]);
  runs.unshift({ id: 'c', mark: '1', finished: false });
  assert.deepEqual((await batches.next()).value, [runs[0]]);
  assert.deepEqual(asked.at(-1), ['b'], 'a run is watched until it finishes');
  await batches.return(undefined);
});

test('a slow stream gets only the last state of a run', async (t) => {
  const runs = [{ id: 'a', mark: '1', finished: false }];
  const { feed } = createFeed(t, runs);
  const slow = feed.follow(new AbortController().signal);
  const fast = feed.follow(new AbortController().signal);
  await slow.next();
  await fast.next();
  for (let seq = 2; seq <= 4; seq++) {
    runs[0]!.mark = String(seq);
    await fast.next();
  }
  assert.deepEqual((await slow.next()).value, [{ id: 'a', mark: '4', finished: false }]);
  await Promise.all([slow.return(undefined), fast.return(undefined)]);
});
