import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { type Browser, logInAs, type Page } from '@aio/identity/testing/browser';
import { USERS } from '@aio/identity/testing/users';
import type { Provider, RunningProvider } from '@aio/tools/testing/providers';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { findFreePort } from '@aio/tools/process/free-port';
import { openBrowserAt, PUBLIC_URL, send } from './browser-client.ts';
import { startTestApi, type TestApi } from './start-test-api.ts';

const LANDING = '/api/v1/docs';
export const LOGIN_URL = `${PUBLIC_URL}/auth/login?returnTo=${encodeURIComponent(LANDING)}`;

/** The API with a login service. */
export interface LoginStand {
  api: TestApi;
  provider: RunningProvider;
  /** Logs in with a new browser, or with the given one. */
  logIn(user: keyof typeof USERS, browser?: Browser): Promise<Browser>;
  /** Logs in at the login service. Returns the callback URL without opening it. */
  callbackOf(browser: Browser, user: keyof typeof USERS): Promise<string>;
  /** Status of `/auth/me` with this cookie. */
  statusOf(sessionId: string | undefined): Promise<number>;
}

export async function startLoginStand(t: TestContext, provider: Provider): Promise<LoginStand> {
  const port = await findFreePort();
  const running = await provider.start(t, { publicUrl: PUBLIC_URL });
  const api = await startTestApi(t, { keycloakUrl: running.url, publicUrl: PUBLIC_URL, port });
  await waitUntil(async () => (await api.call('GET', '/ready')).status === 200, { what: 'ready' });
  return {
    api,
    provider: running,
    async logIn(user, browser = openBrowserAt(api)) {
      let page = await browser.visit(LOGIN_URL);
      if (isLoginPage(page)) page = await logInAs(browser, page, USERS[user]);
      assert.equal(page.url, `${PUBLIC_URL}${LANDING}`, page.text.slice(0, 300));
      return browser;
    },
    async callbackOf(browser, user) {
      const page = await browser.visit(LOGIN_URL);
      const form = await browser.request(...formOf(page, USERS[user]));
      let next = new URL(form.headers.get('location') ?? '', page.url).href;
      for (let hop = 0; hop < 10 && !next.startsWith(`${PUBLIC_URL}/auth/callback`); hop++) {
        const response = await browser.request(next);
        next = new URL(response.headers.get('location') ?? '', next).href;
      }
      return next;
    },
    async statusOf(sessionId) {
      const headers = { cookie: `aio_session=${sessionId}` };
      return (await fetch(`${api.url}/auth/me`, { headers })).status;
    },
  };
}

export function isLoginPage({ text }: Page): boolean {
  return /name="password"/.test(text);
}

/** Logs out at the API. @returns its `logoutUrl` */
export async function logOut(browser: Browser): Promise<string | null> {
  const answer = await send(browser, 'POST', '/auth/logout');
  assert.equal(answer.status, 200);
  return ((await answer.json()) as { logoutUrl: string | null }).logoutUrl;
}

/** Logs out at the login service. @returns the last page */
export async function followLogout(browser: Browser, logoutUrl: string): Promise<Page> {
  const page = await browser.visit(logoutUrl);
  // The page of the development provider submits its form with a script.
  return /op\.logoutForm/.test(page.text) ? browser.submit(page, { logout: 'yes' }) : page;
}

/** Status and error code of a response. */
export async function outcomeOf(response: Response): Promise<[number, string | undefined]> {
  const body = (await response.json().catch(() => null)) as { code?: string } | null;
  return [response.status, body?.code];
}

function formOf({ text, url }: Page, fields: Record<string, string>): [string, RequestInit] {
  const action = /<form\b[^>]*action="([^"]+)"/.exec(text)?.[1]?.replaceAll('&amp;', '&') ?? '';
  const body = new URLSearchParams(fields);
  const headers = { origin: new URL(url).origin };
  return [new URL(action, url).href, { method: 'POST', body, headers }];
}
