import assert from 'node:assert/strict';
import { test } from 'node:test';
import { beAlone } from './alone.ts';

// Not that of the machine: somebody may be verifying.
const name = `\0aio-test-${process.pid}`;

const onLinux = { skip: process.platform === 'linux' ? false : 'for Linux alone' };

test('the second waits until the first has ended', onLinux, async () => {
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

test('who is interrupted waits no longer', onLinux, async () => {
  const end = await beAlone(() => {}, undefined, name);
  const stopping = new AbortController();
  const waiting = beAlone(() => stopping.abort(), stopping.signal, name);
  await assert.rejects(waiting, { name: 'AbortError' });
  end();
});
