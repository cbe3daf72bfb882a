import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test, type TestContext } from 'node:test';
import {
  createNotifier,
  followEvents,
  type StreamEvent,
  writeEventStream,
} from '../event-stream.ts';
import { prepareStop } from '../graceful-stop.ts';
import { listen } from '../listen.ts';

type Numbered = StreamEvent & { id: number };

/** A server with one stream, whose events the test adds. */
async function start(
  t: TestContext,
  { heartbeatMs = 600_000, isLast = (id: number) => id < 0 } = {},
) {
  const events: Numbered[] = [];
  const reads: number[] = [];
  const notifier = createNotifier();
  const shutdown = new AbortController();
  const ended: string[] = [];
  const failures: unknown[] = [];
  let fault: Error | null = null;
  const server = createServer((request, response) => {
    const left = new AbortController();
    const source = {
      async read(after: number) {
        reads.push(after);
        if (fault !== null) throw fault;
        return events.filter(({ id }) => id > after).slice(0, 2);
      },
      numberOf: ({ id }: Numbered) => id,
      isLast: ({ id }: Numbered) => isLast(id),
      notifier,
      heartbeatMs,
    };
    const signal = AbortSignal.any([left.signal, shutdown.signal]);
    const after = Number(request.headers['last-event-id'] ?? 0);
    const stream = writeEventStream(followEvents(source, after, signal), (error) =>
      failures.push(error),
    );
    stream.once('close', () => ended.push('stream'));
    response.once('close', () => {
      left.abort();
      stream.destroy();
    });
    stream.pipe(response);
  });
  const stop = prepareStop(server);
  const port = await listen(server, { host: '127.0.0.1', port: 0 });
  t.after(async () => {
    shutdown.abort();
    await stop.close(0);
  });
  function add(data = ''): void {
    events.push({ id: events.length + 1, event: 'added', data });
    notifier.notify();
  }

  async function open(lastEventId?: string) {
    const leave = new AbortController();
    const response = await fetch(`http://127.0.0.1:${port}/`, {
      headers: lastEventId === undefined ? {} : { 'last-event-id': lastEventId },
      signal: leave.signal,
    });
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    /** Reads until the text matches; undefined = until the end. */
    async function until(wanted?: RegExp): Promise<string> {
      while (wanted === undefined || !wanted.test(text)) {
        const { done, value } = await reader.read();
        if (done) break;
        text += value;
      }
      return text;
    }
    return { until, leave: () => leave.abort() };
  }
  const idsOf = (text: string) => [...text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id));
  return {
    add,
    open,
    idsOf,
    reads,
    ended,
    failures,
    stop,
    shutdown,
    fail: (error: Error | null) => void (fault = error),
  };
}

test('a client that resumes gets what came after, then what comes, each once', async (t) => {
  const { add, open, idsOf } = await start(t);
  for (const data of ['a', 'b', 'c']) add(data);
  const stream = await open('1');
  assert.deepEqual(idsOf(await stream.until(/data: c\n\n/)), [2, 3]);
  add('d');
  const text = await stream.until(/data: d\n\n/);
  assert.deepEqual(idsOf(text), [2, 3, 4]);
  assert.ok(text.startsWith('retry: 1000\n\nid: 2\nevent: added\ndata: b\n\n'), text);
  stream.leave();
});

test('no event is lost that comes while the stream reads', async (t) => {
  const { add, open, idsOf, reads } = await start(t);
  const stream = await open();
  // Waits for the notifier after its first, empty read.
  while (reads.length === 0) await new Promise(setImmediate);
  for (let nth = 0; nth < 50; nth += 1) {
    add(`${nth}`);
    await Promise.resolve();
  }
  const all = Array.from({ length: 50 }, (_, index) => index + 1);
  assert.deepEqual(idsOf(await stream.until(/data: 49\n\n/)), all);
  stream.leave();
});

test('the stream ends after the last event, and at a shutdown', async (t) => {
  const { add, open, stop, shutdown } = await start(t, { isLast: (id) => id === 2 });
  add('a');
  const lives = await open();
  await lives.until(/data: a/);
  shutdown.abort();
  assert.match(await lives.until(), /data: a\n\n$/, 'whole events');
  await stop.close(600_000);

  const other = await start(t, { isLast: (id) => id === 2 });
  const ends = await other.open();
  other.add('a');
  other.add('b');
  assert.deepEqual(other.idsOf(await ends.until()), [1, 2]);
});

test('an idle stream sends heartbeats', async (t) => {
  const { open } = await start(t, { heartbeatMs: 1 });
  const stream = await open();
  assert.match(await stream.until(/(event: heartbeat\ndata:\n\n){2}/), /^retry/);
  stream.leave();
});

test('when the client leaves, the stream closes and reads no more', async (t) => {
  const { add, open, ended, reads } = await start(t);
  const stream = await open();
  add('a');
  await stream.until(/data: a/);
  stream.leave();
  while (ended.length === 0) await new Promise(setImmediate);
  const { length } = reads;
  add('b');
  await new Promise(setImmediate);
  assert.equal(reads.length, length);
});

test('a client that does not read stops the reads of the source', async (t) => {
  const { add, open, idsOf, reads } = await start(t, { isLast: (id) => id === 200 });
  for (let nth = 0; nth < 200; nth += 1) add('x'.repeat(256 * 1024));
  const stream = await open();
  let before = -1;
  while (before !== reads.length) {
    before = reads.length;
    for (let turn = 0; turn < 200; turn += 1) await new Promise(setImmediate);
  }
  assert.ok(reads.length < 100, `${reads.length} pages of 0.5 MB were read`);
  assert.equal(idsOf(await stream.until()).length, 200);
});

test('an error of the source ends the stream', async (t) => {
  const { open, failures, fail } = await start(t);
  const error = new Error('away');
  fail(error);
  const stream = await open();
  assert.equal(await stream.until(), 'retry: 1000\n\n');
  assert.deepEqual(failures, [error]);
});
