import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { generators } from './gates.ts';

test('the lists of kinds are generated before what reads them', () => {
  const scripts = generators(resolve(import.meta.dirname, '../../..'));
  assert.equal(scripts[0], 'services/core/definition/kinds/generate.ts');
  assert.ok(scripts.includes('dashboards/src/generate.ts'));
});
