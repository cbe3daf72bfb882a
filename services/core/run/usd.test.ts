import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readUsd, toUsd } from './usd.ts';

test('amounts and their texts', () => {
  const amounts = { '0': 0n, '0.000000000001': 1n, '0.5': 500_000_000_000n, '10': 10n ** 13n };
  for (const [text, pico] of Object.entries(amounts)) {
    assert.equal(toUsd(pico), text);
    assert.equal(readUsd(text), pico);
  }
  assert.equal(readUsd('9007.199254740993'), 9_007_199_254_740_993n, 'no double has this value');
});

test('what is no amount', () => {
  for (const usd of [null, undefined, 1, '', '-1', '1e3', '.5', '0.0000000000001', {}])
    assert.equal(readUsd(usd), null);
});
