import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StackError } from '../stack-error.ts';
import { parseStartOptions } from './options.ts';

test('without options: one API, two workers, default ports, the web UI, until Ctrl-C', () => {
  const expected = {
    portOffset: 0,
    workers: 2,
    apis: 1,
    once: false,
    web: true,
    envFile: undefined,
  };
  assert.deepEqual(parseStartOptions([]), expected);
});

test('accepts every option', () => {
  const args = [
    '--port-offset',
    '700',
    '--workers=4',
    '--apis',
    '2',
    '--once',
    '--no-web',
    '--env-file=other.env',
  ];
  const expected = {
    portOffset: 700,
    workers: 4,
    apis: 2,
    once: true,
    web: false,
    envFile: 'other.env',
  };
  assert.deepEqual(parseStartOptions(args), expected);
});

for (const [args, line] of [
  [['--onec'], /unknown option '--onec'/],
  [['now'], /unexpected argument 'now'/],
  [['--workers', 'many'], /--workers many: expected a whole number from 1 to 32/],
  [['--workers', '0'], /--workers 0/],
  [['--apis', '9'], /--apis 9: expected a whole number from 1 to 8/],
  [['--port-offset', '-1'], /--port-offset/],
  [['--port-offset', '60000'], /--port-offset 60000/],
  [['--port-offset'], /argument missing/],
] as const) {
  test(`refuses ${args.join(' ')}`, () => {
    assert.throws(
      () => parseStartOptions(args),
      (error) => error instanceof StackError && error.exitCode === 64 && line.test(error.message),
    );
  });
}
