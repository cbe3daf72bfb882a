import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeDeath } from './deaths.ts';

test('describes a death in one line, with the error of V8', () => {
  const heap = 'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory';
  assert.equal(
    describeDeath('api', { code: null, signal: 'SIGABRT' }, [
      heap,
      '----- Native stack trace -----',
    ]),
    `api ended unexpectedly with SIGABRT: ${heap}`,
  );
});

test('without an error line, uses the last line, if any', () => {
  const killed = { code: null, signal: 'SIGKILL' } as const;
  assert.equal(
    describeDeath('api', killed, ['ready', 'busy']),
    'api ended unexpectedly with SIGKILL: busy',
  );
  assert.equal(describeDeath('api', killed, []), 'api ended unexpectedly with SIGKILL: no output');
});
