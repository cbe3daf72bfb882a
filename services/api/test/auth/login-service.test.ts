import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { AioError } from '@aio/core/errors';
import { createLoginService } from '../../auth/login-service.ts';
import { startTestIssuer } from '../../testing/test-issuer.ts';

const LOGIN = { state: 's', nonce: 'n', verifier: 'v'.repeat(43) };
const CALLBACK = 'code=n&state=s';

async function setUp(t: TestContext) {
  const service = await startTestIssuer(t);
  const failures: string[] = [];
  const logins = createLoginService({
    keycloakUrl: service.url,
    keycloakInternalUrl: '',
    clientSecret: 'secret',
    publicUrl: 'http://localhost:3000',
    isProduction: false,
    onFailure: (request) => failures.push(request),
  });
  return { service, failures, logins };
}

const isUnavailable = (error: unknown) => error instanceof AioError && error.code === 'unavailable';

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

test('a callback during an outage is `unavailable`, not `login_failed`', async (t) => {
  const { service, failures, logins } = await setUp(t);
  await logins.begin(LOGIN);
  service.goAway(true);
  await assert.rejects(logins.finish(CALLBACK, LOGIN), isUnavailable);
  assert.deepEqual(failures, ['token']);
  service.goAway(false);
  const { claims } = await logins.finish(CALLBACK, LOGIN);
  assert.equal(claims.sub, 'sub-b');
});
