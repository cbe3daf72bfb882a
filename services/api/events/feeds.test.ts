import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { RunEvent } from './run-event.ts';
import { createRunFeeds, type RunFeeds } from './run-feeds.ts';

const RUN = '01930000-0000-7000-8000-000000000001';

/** A run in memory that counts reads. */
function createHistory() {
  const events: RunEvent[] = [];
  const reads = { seqs: 0, events: 0 };
  return {
    reads,
    add(type: RunEvent['type'], seq = events.length + 1): void {
      events.push({ seq, type, at: new Date(0).toISOString(), runId: RUN });
    },
    readEventSeqs: () => {
      reads.seqs += 1;
      return Promise.resolve(new Map([[RUN, events.at(-1)?.seq ?? 0]]));
    },
    readEvents: (_: string, afterSeq: number, limit: number) => {
      reads.events += 1;
      return Promise.resolve(events.filter(({ seq }) => seq > afterSeq).slice(0, limit));
    },
  };
}

/** Lets timers run. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1));
}

type History = ReturnType<typeof createHistory>;

function feedsOf(
  t: TestContext,
  history: Pick<History, 'readEventSeqs' | 'readEvents'>,
  { pollMs = 5, heartbeatMs = 60_000 } = {},
): RunFeeds {
  const feeds = createRunFeeds({ ...history, pollMs, heartbeatMs, onError: () => undefined });
  t.after(() => feeds.close());
  return feeds;
}

async function collect(feeds: RunFeeds, afterSeq: number): Promise<number[]> {
  const seqs: number[] = [];
  for await (const batch of feeds.follow(RUN, afterSeq, new AbortController().signal)) {
    seqs.push(...batch.map((event) => event.seq));
  }
  return seqs;
}

test('streams at different positions get every later event once, then end', async (t) => {
  const history = createHistory();
  const feeds = feedsOf(t, history);
  for (let n = 0; n < 2500; n++) history.add('step.started');
  const early = [collect(feeds, 0), collect(feeds, 0), collect(feeds, 2400)];
  while (history.reads.events < 3) await nextTurn();
  const late = collect(feeds, 10);
  history.add('run.succeeded', 2600);

  const [first, second, third] = await Promise.all(early);
  const all = [...Array.from({ length: 2500 }, (_, index) => index + 1), 2600];
  assert.deepEqual(first, all);
  assert.deepEqual(second, all);
  assert.deepEqual(third, all.slice(2400));
  assert.deepEqual(await late, all.slice(10));
});

test('streams behind the latest events share the pages that they read', async (t) => {
  const history = createHistory();
  const feeds = feedsOf(t, history);
  for (let n = 0; n < 3500; n++) history.add('step.started');
  const latest = collect(feeds, 3000);
  const behind = Array.from({ length: 10 }, (_, nth) => collect(feeds, nth));
  history.add('run.succeeded');
  await latest;
  for (const [nth, seqs] of (await Promise.all(behind)).entries())
    assert.deepEqual([seqs[0], seqs.length], [nth + 1, 3501 - nth]);
  assert.ok(history.reads.events <= 5, `${history.reads.events} reads`);
});

test('a poll of an unchanged run reads its number, not its events', async (t) => {
  const history = createHistory();
  const feeds = feedsOf(t, history);
  history.add('run.queued');
  const followed = [collect(feeds, 1), collect(feeds, 1), collect(feeds, 1)];
  while (history.reads.seqs < 5) await nextTurn();
  assert.equal(history.reads.events, 0);
  history.add('run.failed');
  assert.deepEqual(await Promise.all(followed), [[2], [2], [2]]);
  assert.equal(history.reads.events, 1);
});

test('streams survive an outage of the database', async (t) => {
  const history = createHistory();
  let away = 3;
  const feeds = feedsOf(t, {
    ...history,
    readEventSeqs: () => {
      if (away-- > 0) return Promise.reject(new Error('away'));
      return history.readEventSeqs();
    },
  });
  history.add('run.queued');
  history.add('run.cancelled');
  assert.deepEqual(await collect(feeds, 0), [1, 2]);
});

test('does not poll without streams', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const history = createHistory();
  const feeds = feedsOf(t, history);
  const stop = new AbortController();
  const batches = feeds.follow(RUN, 0, stop.signal);
  history.add('run.queued');
  await batches.next();
  stop.abort();
  assert.equal((await batches.next()).done, true);
  const { seqs } = history.reads;
  t.mock.timers.tick(60_000);
  assert.equal(history.reads.seqs, seqs);
});

test('closing ends every stream', async (t) => {
  const history = createHistory();
  const feeds = feedsOf(t, history);
  const followed = collect(feeds, 0);
  feeds.close();
  assert.deepEqual(await followed, []);
});

test('sends an empty batch when nothing happens', async (t) => {
  const history = createHistory();
  const feeds = feedsOf(t, history, { pollMs: 1000, heartbeatMs: 1 });
  const batches = feeds.follow(RUN, 0, new AbortController().signal);
  assert.deepEqual((await batches.next()).value, []);
  await batches.return(undefined);
});
