import assert from 'node:assert/strict';
import { AsyncLocalStorage } from 'node:async_hooks';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { AioError } from '@aio/core/errors';
import { askTogether, type BatchOptions, createBatch } from './batch.ts';
import { pluck } from './testing/pluck.ts';

interface Statement {
  items: readonly string[];
  answered: PromiseWithResolvers<void>;
}

/** A batch whose statements wait for the test. It answers each item in upper case. */
function openBatch(limits: Partial<BatchOptions<string, string>> = {}) {
  const statements: Statement[] = [];
  const batch = createBatch<string, string>({
    most: 100,
    ...limits,
    async ask(items) {
      const answered = Promise.withResolvers<void>();
      statements.push({ items, answered });
      await answered.promise;
      return items.map((item) => item.toUpperCase());
    },
  });
  return { ...batch, statements, sent: () => pluck(statements, 'items') };
}

/** A batch of a database that answers at once, or fails. */
function batchOf(failure: (items: readonly string[]) => Error | undefined) {
  const sent: (readonly string[])[] = [];
  const { send } = createBatch<string, string>({
    most: 100,
    async ask(items) {
      sent.push(items);
      const error = failure(items);
      if (error) throw error;
      return items;
    },
  });
  const sendAll = (items: string[]) => Promise.allSettled(items.map(send));
  return { sendAll, sent };
}

test('items of one turn share a statement, and two statements are in flight', async () => {
  const { send, statements, sent } = openBatch();
  const first = [send('a'), send('b')];
  await nextTurn();
  const second = send('c');
  await nextTurn();
  const third = [send('d')];
  await nextTurn();
  third.push(send('e'));
  await nextTurn();
  assert.deepEqual(sent(), [['a', 'b'], ['c']]);
  statements[0]!.answered.resolve();
  assert.deepEqual(await Promise.all(first), ['A', 'B']);
  await nextTurn();
  assert.deepEqual(sent().slice(2), [['d', 'e']]);
  for (const { answered } of statements) answered.resolve();
  assert.equal(await second, 'C');
  assert.deepEqual(await Promise.all(third), ['D', 'E']);
});

test('a statement is full at a number of items, or at a weight', async () => {
  const limits = { most: 3, mostWeight: 10, weigh: (item: string) => item.length };
  const { send, statements, sent } = openBatch(limits);
  const long = 'x'.repeat(10);
  const all = ['a', 'b', 'c', 'd', long, 'e'].map(send);
  await nextTurn();
  assert.deepEqual(sent(), [
    ['a', 'b', 'c'],
    ['d', long],
  ]);
  statements[0]!.answered.resolve();
  statements[1]!.answered.resolve();
  await nextTurn();
  assert.deepEqual(sent().slice(2), [['e']]);
  statements[2]!.answered.resolve();
  await Promise.all(all);
});

test('an item that the database refuses fails alone', async () => {
  const { sendAll, sent } = batchOf((items) =>
    items.includes('bad') ? new TypeError('a bad row') : undefined,
  );
  const ends = await sendAll(['a', 'bad', 'b', 'c']);
  assert.deepEqual(pluck(ends, 'status'), ['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
  assert.deepEqual(sent, [['a', 'bad', 'b', 'c'], ['a', 'bad'], ['a'], ['bad'], ['b', 'c']]);
});

test('an outage fails the whole statement, which may have taken effect', async () => {
  const { sendAll, sent } = batchOf(() => new AioError('unavailable', 'away'));
  const ends = await sendAll(['a', 'b']);
  assert.deepEqual(pluck(ends, 'status'), ['rejected', 'rejected']);
  assert.deepEqual(sent, [['a', 'b']]);
});

test('a statement is in the trace of none of its callers', async () => {
  const trace = new AsyncLocalStorage<string>();
  const seen: (string | undefined)[] = [];
  const { send } = createBatch<string, void>({
    most: 1,
    async ask() {
      seen.push(trace.getStore());
      return [undefined];
    },
  });
  await Promise.all([trace.run('one', () => send('a')), trace.run('two', () => send('b'))]);
  assert.deepEqual(seen, [undefined, undefined]);
});

test('a member that changes while it waits', async (t) => {
  /** A run with changes that gather until they are taken. */
  function openRun() {
    const { add, statements, sent, idle } = openBatch();
    let changes = '';
    const ends: string[] = [];
    function change(what: string): void {
      changes += what;
      add({
        key: 'run',
        take() {
          const taken = changes;
          changes = '';
          return taken || null;
        },
        answered: (answer) => void ends.push(answer),
        failed: () => void ends.push('failed'),
      });
    }
    return { change, statements, sent, ends, idle };
  }

  await t.test('waits once, and sends what it has when the statement is formed', async () => {
    const { change, statements, sent, ends, idle } = openRun();
    change('a');
    change('b');
    await nextTurn();
    assert.deepEqual(sent(), [['ab']]);
    statements[0]!.answered.resolve();
    await idle();
    assert.deepEqual(ends, ['AB']);
  });

  await t.test('is in one statement at a time', async () => {
    const { change, statements, sent, ends, idle } = openRun();
    change('a');
    await nextTurn();
    change('b');
    await nextTurn();
    change('c');
    assert.deepEqual(sent(), [['a']]);
    statements[0]!.answered.resolve();
    await nextTurn();
    assert.deepEqual([sent(), ends], [[['a'], ['bc']], ['A']]);
    statements[1]!.answered.resolve();
    await idle();
    assert.deepEqual(ends, ['A', 'BC']);
  });

  await t.test('is left out if it has nothing to send', async () => {
    const { change, sent, idle } = openRun();
    change('');
    await idle();
    assert.deepEqual(sent(), []);
  });
});

test('callers with the same question share calls', async (t) => {
  function open() {
    const asked: { key: string; answered: PromiseWithResolvers<string> }[] = [];
    const ask = askTogether((key) => {
      const answered = Promise.withResolvers<string>();
      asked.push({ key, answered });
      return answered.promise;
    });
    return { ask, asked };
  }

  await t.test('callers that arrive during a call share the next one', async () => {
    const { ask, asked } = open();
    const first = ask('a');
    const later = [ask('a'), ask('a')];
    const other = ask('b');
    assert.deepEqual(pluck(asked, 'key'), ['a', 'b']);
    asked[0]!.answered.resolve('old');
    asked[1]!.answered.resolve('b');
    assert.equal(await first, 'old');
    assert.equal(await other, 'b');
    assert.equal(asked.length, 3);
    asked[2]!.answered.resolve('new');
    assert.deepEqual(await Promise.all(later), ['new', 'new']);
  });

  await t.test('keeps neither answers nor failures', async () => {
    const { ask, asked } = open();
    const first = ask('a');
    const second = ask('a');
    asked[0]!.answered.reject(new Error('away'));
    await assert.rejects(first, /away/);
    asked[1]!.answered.resolve('there');
    assert.equal(await second, 'there');
    const third = ask('a');
    assert.equal(asked.length, 3);
    asked[2]!.answered.resolve('there still');
    assert.equal(await third, 'there still');
  });
});
