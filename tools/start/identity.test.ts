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

test('login links end with the process that knows whether they were used', async (t) => {
  const context = await contextWith(t, 'prometheus', WITH_PAGES);
  const specs: (PartSpec | undefined)[] = [];
  const group = {
    ...context.group,
    keepRunning: async (...given: (PartSpec | undefined)[]) => void specs.push(...given),
  };
  const { loginLinks } = await bringIdentity({
    ...context,
    group,
    env: {},
    publicUrl: 'http://localhost:3000',
  });
  const [first = '', again] = specs.map((spec) => spec?.env['IDENTITY_LOGIN_TOKENS']);
  assert.deepEqual(
    first.split(','),
    loginLinks.map((link) => new URL(link).searchParams.get('token')),
  );
  assert.equal(loginLinks.length, 2);
  assert.equal(again, '');
});
