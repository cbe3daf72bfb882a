import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tierOf } from './find-tests.ts';

test('the place and name of a test file say its tier', () => {
  assert.equal(tierOf('services/core/json/size.test.ts'), 'unit');
  assert.equal(tierOf('services/api/test/routes/runs/runs.test.ts'), 'services');
  assert.equal(tierOf('services/web/test/login.test.ts'), 'e2e');
});
