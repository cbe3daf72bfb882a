import assert from 'node:assert/strict';
import { test } from 'node:test';
import { goTargetsFor, shortcutsFor } from './keys.ts';

const targets = (...roles: string[]) => goTargetsFor(roles).map(({ to }) => to);

test('keys lead only to pages that the roles open', () => {
  assert.deepEqual(targets('on-call'), ['/inbox/approvals']);
  assert.ok(targets('builder').includes('/runs'));
  const texts = shortcutsFor(['on-call']).map(({ text }) => text);
  assert.ok(texts.includes('palette') && !texts.includes('goRuns'), String(texts));
});
