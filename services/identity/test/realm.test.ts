import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readRealm } from '../realm.ts';

const realm = readRealm({});
const api = realm.clients.find(({ clientId }) => clientId === 'aio-api');
const machine = realm.clients.find(({ clientId }) => clientId === 'aio-machine');
assert.ok(api && machine);

test('every user has the profile that Keycloak requires at login', () => {
  for (const user of realm.users.filter(({ serviceAccountClientId }) => !serviceAccountClientId)) {
    assert.ok(user.firstName && user.lastName && user.emailVerified, user.username);
  }
  const roles = realm.roles.realm.map(({ name }) => name);
  assert.deepEqual(roles, ['admin', 'builder']);
  for (const { realmRoles } of realm.users)
    assert.ok(realmRoles.every((one) => roles.includes(one)));
  const ids = realm.users.map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length);
});

test('people log in only by the code flow with PKCE', () => {
  assert.equal(api.publicClient, false);
  assert.equal(api.standardFlowEnabled, true);
  assert.equal(api.attributes['pkce.code.challenge.method'], 'S256');
  for (const client of realm.clients) {
    assert.equal(client.implicitFlowEnabled, false, client.clientId);
    assert.equal(client.directAccessGrantsEnabled, false, client.clientId);
  }
});

test('addresses are exact, and derive from the public address', () => {
  for (const [filled, publicUrl] of [
    [realm, 'http://localhost:3000'],
    [readRealm({ AIO_PUBLIC_URL: 'https://aio.example' }), 'https://aio.example'],
  ] as const) {
    const client = filled.clients.find(({ clientId }) => clientId === 'aio-api');
    assert.deepEqual(client?.redirectUris, [`${publicUrl}/auth/callback`]);
    assert.equal(client.attributes['post.logout.redirect.uris'], `${publicUrl}/`);
    assert.doesNotMatch(JSON.stringify(filled), /\*|\$\{/, 'no wildcard, nothing left to fill in');
  }
  assert.deepEqual(machine.redirectUris, []);
});

test('secrets can contain any characters', () => {
  const filled = readRealm({ AIO_OIDC_CLIENT_SECRET: 'a"b\\', AIO_MACHINE_CLIENT_SECRET: '$&' });
  assert.deepEqual(
    filled.clients.map(({ secret }) => secret),
    ['a"b\\', '$&', '$&'],
  );
});
