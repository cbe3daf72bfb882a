import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readBoardAddress, spanAt, writeBoardAddress } from './address.ts';

const usual = { range: '30m', from: null, to: null, refresh: '10s', variables: {} } as const;

test('defaults are not in the address, and invalid values count as absent', () => {
  assert.deepEqual(readBoardAddress({}), usual);
  assert.deepEqual(writeBoardAddress(usual), {});
  const nonsense = { range: '5y', refresh: 'toString', from: 'x', to: 'y' };
  assert.deepEqual(readBoardAddress(nonsense), usual);
});

test('controls survive the address', () => {
  const chosen = {
    range: '7d',
    from: null,
    to: null,
    refresh: 'off',
    variables: { job: ['api', 'worker'], workflow: ['triage'] },
  } as const;
  const address = { ...chosen, variables: { job: ['api', 'worker'], workflow: ['triage'] } };
  assert.deepEqual(writeBoardAddress(address), {
    range: '7d',
    refresh: 'off',
    'var-job': ['api', 'worker'],
    'var-workflow': ['triage'],
  });
  assert.deepEqual(readBoardAddress(writeBoardAddress(address)), chosen);
  assert.deepEqual(readBoardAddress({ 'var-job': 'api' }).variables, { job: ['api'] });
});

test('a fixed time range stays, a relative one ends now', () => {
  const [from, to] = ['2026-11-25T10:00:00.000Z', '2026-11-25T11:00:00.000Z'];
  const fixed = readBoardAddress({ from, to, range: '1h' });
  assert.deepEqual([fixed.range, spanAt(fixed, 0)], [null, { from, to }]);
  assert.deepEqual(readBoardAddress({ from: to, to: from }).range, '30m');
  const now = Date.parse('2026-11-25T12:00:00.000Z');
  assert.equal(spanAt(usual, now).from, '2026-11-25T11:30:00.000Z');
});
