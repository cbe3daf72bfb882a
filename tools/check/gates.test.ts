import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { generators } from './gates.ts';

test('generates the lists of kinds before the files that read them', () => {
  const scripts = generators(resolve(import.meta.dirname, '../..'));
  assert.equal(scripts[0], 'services/core/definition/kinds/generate.ts');
  assert.ok(scripts.includes('dashboards/generate.ts'));
});
