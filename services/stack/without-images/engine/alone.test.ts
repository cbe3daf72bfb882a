import assert from 'node:assert/strict';
import { test } from 'node:test';
import { beAlone } from './alone.ts';

// Another name, because verify may be running on this machine.
const name = `\0aio-test-${process.pid}`;

const onLinux = { skip: process.platform === 'linux' ? false : 'needs Linux' };

test('the second process waits until the first has ended', onLinux, async () => {
  const order: string[] = [];
  const endFirst = await beAlone(() => order.push('the first waits'), undefined, name);
  const second = beAlone(
    () => {
      order.push('the second waits');
      endFirst();
    },
    undefined,
    name,
  );
  const endSecond = await second;
  endSecond();
  assert.deepEqual(order, ['the second waits']);
});

test('an interruption ends the wait', onLinux, async () => {
  const end = await beAlone(() => {}, undefined, name);
  const stopping = new AbortController();
  const waiting = beAlone(() => stopping.abort(), stopping.signal, name);
  await assert.rejects(waiting, { name: 'AbortError' });
  end();
});
