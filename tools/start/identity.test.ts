import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PartSpec } from '../process/process.ts';
import { contextWith, WITH_PAGES } from '../testing/server-context.ts';
import { bringIdentity } from './identity.ts';

test('a login link ends with the process that knows whether it was used', async (t) => {
  const context = await contextWith(t, 'prometheus', WITH_PAGES);
  const specs: (PartSpec | undefined)[] = [];
  const group = {
    ...context.group,
    keepRunning: async (...given: (PartSpec | undefined)[]) => void specs.push(...given),
  };
  const { loginLink } = await bringIdentity({
    ...context,
    group,
    env: {},
    publicUrl: 'http://localhost:3000',
    keycloak: false,
  });
  const [first, again] = specs.map((spec) => spec?.env['IDENTITY_LOGIN_TOKEN']);
  assert.ok(first && loginLink?.endsWith(first));
  assert.equal(again, '');
});
