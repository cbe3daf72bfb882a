import { StackError } from '../stack-error.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readOptions } from './options.ts';

const RULES = {
  seed: { default: 1, least: 0 },
  rounds: { default: 3, least: 3 },
  only: 'text',
  json: 'flag',
} as const;

function messageOf(args: string[]): string {
  try {
    readOptions(args, RULES);
  } catch (error) {
    assert.ok(error instanceof StackError);
    assert.equal(error.exitCode, 64);
    return error.message;
  }
  return '';
}

test('options have defaults', () => {
  assert.deepEqual(readOptions([], RULES), { seed: 1, rounds: 3, only: '', json: false });
  assert.deepEqual(readOptions(['--seed', '0', '--only', 'a,b', '--json'], RULES), {
    seed: 0,
    rounds: 3,
    only: 'a,b',
    json: true,
  });
});

test('an error names the option and the expected value', () => {
  assert.equal(messageOf(['--seed', 'x']), '--seed x: expected a whole number of at least 0');
  assert.equal(messageOf(['--rounds', '2']), '--rounds 2: expected a whole number of at least 3');
  assert.match(messageOf(['--sed', '1']), /--sed'\. Use --seed, --rounds, --only, --json$/);
});
