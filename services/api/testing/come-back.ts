import type { TestContext } from 'node:test';
import type { Browser } from '@aio/identity/testing/browser';
import { openBrowserAt, PUBLIC_URL } from './browser-client.ts';
import { startTestApi, type TestApi, type TestApiOptions } from './start-test-api.ts';

/** The API with its login service, whose answers the test controls. */
export async function startWithLogins(t: TestContext, options: TestApiOptions = {}) {
  const api = await startTestApi(t, { publicUrl: PUBLIC_URL, ...options });
  await api.untilReady();
  return { service: api.issuer, api };
}

/** Logs in with the test's login service and returns the outcome of the callback. */
export async function comeBack(api: TestApi, browser: Browser = openBrowserAt(api)) {
  const begun = await browser.request(`${PUBLIC_URL}/auth/login`);
  const { searchParams } = new URL(begun.headers.get('location') ?? '');
  const query = new URLSearchParams({
    code: searchParams.get('nonce') ?? '',
    state: searchParams.get('state') ?? '',
  });
  const response = await browser.request(`${PUBLIC_URL}/auth/callback?${query}`);
  const body = (await response.json().catch(() => null)) as { code?: string } | null;
  return { browser, status: response.status, code: body?.code };
}
