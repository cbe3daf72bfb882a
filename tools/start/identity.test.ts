import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PartSpec } from '../process/process.ts';
import { contextWith, WITH_PAGES } from '../testing/server-context.ts';
import { bringIdentity } from './identity.ts';

test('only the realm of AIO is known to have unique user names', async (t) => {
  const context = await contextWith(t, 'prometheus', WITH_PAGES);
  const claimOf = async (keycloakUrl: string | undefined) => {
    const { uniqueNameClaim } = await bringIdentity({
      ...context,
      given: { ...context.given, keycloakUrl },
      group: { ...context.group, keepRunning: async () => undefined },
      env: {},
      publicUrl: 'http://localhost:3000',
    });
    return uniqueNameClaim;
  };
  assert.equal(await claimOf(undefined), 'preferred_username');
  assert.equal(await claimOf('https://login.example.com'), '');
});

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
  });
  const [first, again] = specs.map((spec) => spec?.env['IDENTITY_LOGIN_TOKEN']);
  assert.ok(first && loginLink?.endsWith(first));
  assert.equal(again, '');
});
