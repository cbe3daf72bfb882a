import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readBenchOptions } from './options.ts';

const KNOWN = ['engine', 'idle', 'memory'];

test('parts are chosen by name or by --only, in their own order; without a choice all', () => {
  const partsOf = (...args: string[]) => readBenchOptions(args, KNOWN).parts;
  assert.deepEqual(partsOf(), KNOWN);
  assert.deepEqual(partsOf('memory', 'engine'), ['engine', 'memory']);
  assert.deepEqual(partsOf('--only', 'idle,engine'), ['engine', 'idle']);
  assert.throws(() => partsOf('fan'), {
    message: 'there is no part "fan"; there are engine, idle, memory',
    exitCode: 64,
  });
});

test('rounds are five unless said otherwise', () => {
  assert.equal(readBenchOptions([], KNOWN).rounds, 5);
  assert.equal(readBenchOptions(['--rounds', '9'], KNOWN).rounds, 9);
  assert.throws(() => readBenchOptions(['--rounds', '0'], KNOWN), { exitCode: 64 });
  assert.throws(() => readBenchOptions(['--steps', '1'], KNOWN), /there are --only, --rounds/);
});
