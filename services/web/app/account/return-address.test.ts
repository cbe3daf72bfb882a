import assert from 'node:assert/strict';
import { test } from 'node:test';
import { returnAddress } from './return-address.ts';

test('a login returns only to paths of this UI', () => {
  for (const path of ['/', '/runs?status=failed', '/workflows/a%20b'])
    assert.equal(returnAddress(path), path);
  const foreign = ['//evil.example', '/\\evil.example', 'https://evil.example', '', null, ['/']];
  for (const given of foreign) assert.equal(returnAddress(given), '/', String(given));
  assert.equal(returnAddress('/login?failed=unavailable'), '/', 'or it would come back for ever');
});
