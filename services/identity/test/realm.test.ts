import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readRealm } from '../realm.ts';

const realm = readRealm({});
const api = realm.clients.find(({ clientId }) => clientId === 'aio-api');
const machine = realm.clients.find(({ clientId }) => clientId === 'aio-machine');
assert.ok(api && machine);

test('the realm has the two documented logins', () => {
  const logins = realm.users
    .filter(({ credentials }) => credentials !== undefined)
    .map(({ username, email, enabled, credentials, realmRoles }) => {
      assert.equal(username, email);
      return [username, enabled, credentials, realmRoles];
    });
  const password = (value: string) => [{ type: 'password', value, temporary: false }];
  assert.deepEqual(logins, [
    ['admin@example.com', true, password('admin123'), ['admin']],
    ['builder@example.com', true, password('builder123'), ['builder']],
  ]);
});

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
  const env = { AIO_PUBLIC_URL: 'https://aio.example', AIO_BACKCHANNEL_URL: 'http://api:8080' };
  for (const [filled, publicUrl, backchannel] of [
    [realm, 'http://localhost:3000', 'http://localhost:8080'],
    [readRealm(env), 'https://aio.example', 'http://api:8080'],
  ] as const) {
    const client = filled.clients.find(({ clientId }) => clientId === 'aio-api');
    assert.deepEqual(client?.redirectUris, [`${publicUrl}/auth/callback`]);
    assert.equal(client.attributes['post.logout.redirect.uris'], `${publicUrl}/`);
    const logoutUrl = client.attributes['backchannel.logout.url'];
    assert.equal(logoutUrl, `${backchannel}/auth/backchannel-logout`);
    assert.doesNotMatch(JSON.stringify(filled), /\*|\$\{/, 'no wildcard, nothing left to fill in');
  }
  assert.deepEqual(machine.redirectUris, []);
});

test('secrets can contain any characters', () => {
  const filled = readRealm({ AIO_OIDC_CLIENT_SECRET: 'a"b\\', AIO_MACHINE_CLIENT_SECRET: '$&' });
  assert.deepEqual(
    filled.clients.map(({ secret }) => secret),
    ['a"b\\', '$&'],
  );
});

test('access tokens are for the API, and differ from ID tokens', () => {
  for (const { attributes, protocolMappers } of realm.clients) {
    assert.equal(attributes['access.token.header.type.rfc9068'], 'true');
    const audience = protocolMappers.find(
      ({ protocolMapper }) => protocolMapper === 'oidc-audience-mapper',
    );
    assert.equal(audience?.config['included.client.audience'], 'aio-api');
    assert.equal(audience.config['access.token.claim'], 'true');
  }
  const roles = api.protocolMappers.find(
    ({ protocolMapper }) => protocolMapper === 'oidc-usermodel-realm-role-mapper',
  );
  assert.equal(roles?.config['claim.name'], 'realm_access.roles');
  assert.equal(roles.config['id.token.claim'], 'true');
});

test('machines have an account with a role, and log in only with their secret', () => {
  assert.equal(machine.serviceAccountsEnabled, true);
  assert.equal(machine.standardFlowEnabled, false);
  const account = realm.users.find(({ serviceAccountClientId }) => serviceAccountClientId);
  assert.equal(account?.serviceAccountClientId, 'aio-machine');
  assert.deepEqual(account.realmRoles, ['admin']);
  assert.equal(account.credentials, undefined);
});
