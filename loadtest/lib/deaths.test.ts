import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeDeath } from './deaths.ts';

const CRASH = [
  '{"level":"warn","msg":"Trouble with renewing leases; it is tried again"}',
  'file:///orchestrator/looks.ts:63',
  '      .filter(({ run, step }) => true)',
  '                 ^',
  "TypeError: Cannot destructure property 'run' of 'undefined' as it is undefined.",
  '    at look (file:///orchestrator/looks.ts:63:18)',
  'Node.js v24.21.0',
];

test('describes a death in one line with its error', () => {
  assert.equal(
    describeDeath('worker-2', { code: 1, signal: null }, CRASH),
    "worker-2 ended unexpectedly with code 1: TypeError: Cannot destructure property 'run' of 'undefined' as it is undefined.",
  );
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
