import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readEnvironment } from '@aio/platform/environment';
import { retention } from './retention-variable.ts';

const read = (given?: string) =>
  readEnvironment(
    { kept: retention('RETENTION_RUNS') },
    given === undefined ? {} : { RETENTION_RUNS: given },
  ).kept;

test('RETENTION_RUNS is a number of days; without it runs are kept forever', () => {
  assert.equal(read('90d'), 90 * 24 * 3600 * 1000);
  for (const given of [undefined, '', 'all']) assert.equal(read(given), null);
  for (const given of ['0d', '90', '12h', '1.5d', '-1d', '40000d', 'never'])
    assert.throws(() => read(given), /RETENTION_RUNS.*days .*like 90d/, given);
});
