import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { createOpenIdLogin, LoginError } from '../../auth/openid-login.ts';
import { startTestIssuer } from '../../testing/test-issuer.ts';

const LOGIN = { state: 's', nonce: 'n', verifier: 'v'.repeat(43) };
const CALLBACK = 'code=n&state=s';

async function setUp(t: TestContext) {
  const service = await startTestIssuer(t);
  const failures: string[] = [];
  const logins = createOpenIdLogin({
    issuer: service.issuer,
    clientId: 'aio-api',
    clientSecret: 'secret',
    publicUrl: 'http://localhost:3000',
    rolesClaim: 'realm_access.roles',
    allowsHttp: true,
    onFailure: (request) => failures.push(request),
  });
  return { service, failures, logins };
}

const isUnavailable = (error: unknown) =>
  error instanceof LoginError && error.reason === 'unavailable';

test('sends no browser to a login service that has stopped since the last login', async (t) => {
  const { service, failures, logins } = await setUp(t);
  assert.match(await logins.begin(LOGIN), new RegExp(`^${service.issuer}/auth\\?`));
  service.goAway(true);
  await assert.rejects(logins.begin(LOGIN), isUnavailable);
  await assert.rejects(logins.begin(LOGIN), isUnavailable);
  assert.deepEqual(failures, ['metadata', 'metadata']);
  service.goAway(false);
  assert.match(await logins.begin(LOGIN), new RegExp(`^${service.issuer}/auth\\?`));
});

test('a callback during an outage is `unavailable`, not `refused`', async (t) => {
  const { service, failures, logins } = await setUp(t);
  await logins.begin(LOGIN);
  service.goAway(true);
  await assert.rejects(logins.finish(CALLBACK, LOGIN), isUnavailable);
  assert.deepEqual(failures, ['token']);
  service.goAway(false);
  assert.equal((await logins.finish(CALLBACK, LOGIN)).subject, 'sub-b');
});
