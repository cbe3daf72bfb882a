import { test } from 'node:test';
import { PROVIDERS } from '@aio/tools/testing/providers';
import { openBrowser } from './browser/open-browser.ts';
import { skipWithout } from './browser/programs.ts';
import { startSite } from './browser/start-site.ts';
import { testLoginSessions } from './site/login-sessions.ts';

const provider = PROVIDERS.find(({ name }) => name === 'Keycloak')!;
const skip = skipWithout('chromium', 'webServer') || provider.skip;

test('users log in and out with Keycloak', { skip }, async (t) => {
  const site = await startSite(t, {}, provider);
  const browser = await openBrowser(t, site);
  await testLoginSessions(t, { site, browser });
});
