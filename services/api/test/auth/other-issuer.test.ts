import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readApiConfig } from '../../config.ts';
import { openBrowserAt, PUBLIC_URL, send } from '../../testing/browser-client.ts';
import { startOtherIssuer } from '../../testing/other-issuer.ts';
import { startTestApi } from '../../testing/start-test-api.ts';

test('the API logs people in with an issuer that is not Keycloak', async (t) => {
  const { issuer } = await startOtherIssuer(t, { publicUrl: PUBLIC_URL, groups: ['admin'] });
  const api = await startTestApi(t, {
    publicUrl: PUBLIC_URL,
    env: {
      AIO_OIDC_ISSUER: issuer,
      AIO_OIDC_CLIENT_ID: 'shop',
      AIO_OIDC_CLIENT_SECRET: 'secret-of-the-shop',
      AIO_OIDC_ROLES_CLAIM: 'groups',
      AIO_COOKIE_PREFIX: 'shop_',
    },
  });
  await api.untilReady();
  const browser = openBrowserAt(api);
  const { text } = await browser.visit(`${PUBLIC_URL}/auth/login?returnTo=/auth/me`);
  assert.partialDeepStrictEqual(JSON.parse(text), { subject: 'ann', roles: ['admin'] });
  assert.deepEqual([...browser.cookiesFor(PUBLIC_URL).keys()], ['shop_login', 'shop_session']);
  const logout = await send(browser, 'POST', '/auth/logout');
  const { logoutUrl } = (await logout.json()) as { logoutUrl: string };
  assert.ok(logoutUrl.startsWith(`${issuer}/`), logoutUrl);
  assert.equal((await browser.request(`${PUBLIC_URL}/auth/me`)).status, 401);
});

test('the issuer is the realm of KEYCLOAK_URL, or the one that is given', () => {
  const env = { DATABASE_URL: 'postgresql://a@localhost/a', REDIS_URL: 'redis://localhost' };
  const issuerOf = (more: Record<string, string>) => readApiConfig({ ...env, ...more }).oidcIssuer;
  assert.equal(issuerOf({}), 'http://localhost:8180/realms/aio');
  assert.equal(issuerOf({ KEYCLOAK_URL: 'http://a/auth/' }), 'http://a/auth/realms/aio');
  assert.equal(issuerOf({ AIO_OIDC_ISSUER: 'https://b/oauth2/c' }), 'https://b/oauth2/c');
  const wrong = { AIO_OIDC_ISSUER: 'b', AIO_COOKIE_PREFIX: 'a;b' };
  assert.throws(() => issuerOf(wrong), /AIO_OIDC_ISSUER[^]*AIO_COOKIE_PREFIX/);

  const inProduction = (more: Record<string, string>) =>
    issuerOf({ NODE_ENV: 'production', ...more });
  assert.throws(() => inProduction({ AIO_OIDC_ISSUER: 'http://b' }), /AIO_OIDC_ISSUER/);
  assert.throws(
    () => inProduction({ AIO_OIDC_ISSUER: 'https://b' }),
    ({ message }) => !/KEYCLOAK_URL/.test(message),
  );
});
